"""SQL in, domain objects out. Functions take a connection and never commit."""
