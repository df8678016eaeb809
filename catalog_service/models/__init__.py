"""SQLModel tables of est_catalog and, beside them, their alembic history.

Queries are written against ``tables``; the classes are the one description of the columns.
"""
