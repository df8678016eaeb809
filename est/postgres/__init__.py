"""An embedded PostgreSQL server: production's database in development, with nothing to install."""

from est.errors import PostgresUnavailable
from est.postgres.running import PostgresServer, RunningPostgres, find_running
from est.postgres.server import EmbeddedPostgres

__all__ = [
    "EmbeddedPostgres",
    "PostgresServer",
    "PostgresUnavailable",
    "RunningPostgres",
    "find_running",
]
