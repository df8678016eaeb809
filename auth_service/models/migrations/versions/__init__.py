"""The revisions of the alembic history of est_auth."""
