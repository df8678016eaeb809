"""Settings, and what runs beside the requests."""
