"""A service's PostgreSQL: its address, its connections, what its errors mean, its migrations.

``Database`` is the way in, ``Connection`` what repositories take, ``reason_of`` what to say of a
database that cannot be used.
"""

from shared.database.connections import WRITE_ATTEMPTS, Connection, Database, reason_of

__all__ = ["WRITE_ATTEMPTS", "Connection", "Database", "reason_of"]
