"""The schema files: exported from the services, composed, and checked against the code."""
