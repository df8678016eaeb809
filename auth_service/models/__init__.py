"""SQLModel tables of est_auth and, beside them, their alembic history."""
