"""The alembic history of est_catalog."""
