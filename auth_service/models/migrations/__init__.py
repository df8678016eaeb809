"""The alembic history of est_auth."""
