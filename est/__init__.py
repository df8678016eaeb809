"""The operator's command line: run everything, migrate, compose the schema, load demo data."""
