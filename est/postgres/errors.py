"""What can go wrong with the embedded database, in words for whoever runs it."""

from __future__ import annotations


class PostgresUnavailable(Exception):
    """The embedded PostgreSQL cannot be found, made or started; the text says what to do."""
