"""Brings databases to the newest revision of their services' histories."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from est.errors import DatabaseUnreachable
from est.run.databases import BOTH, DatabaseUrls, Service
from shared.database import reason_of
from shared.database.migrations import migrate
from shared.database.url import read_database_url
from shared.errors import ApplicationError

# no such database; no such account, or its password is wrong; full, of data or of connections;
# shutting down; its disk; a standby
_REFUSED = ("3D", "28", "53", "57P", "58", "25006")


async def migrate_all(urls: DatabaseUrls, services: tuple[Service, ...] = BOTH) -> None:
    """Migrate one database after the other: alembic's context is global to a process.

    Raises `DatabaseUnreachable` naming the setting.
    """
    for service in services:
        url = urls.auth if service == "auth" else urls.catalog
        await _migrate(f"{service.upper()}_DATABASE_URL", url, f"{service}_service")


async def _migrate(setting: str, url: str, package: str) -> None:
    try:
        await migrate(url, package)
    except ApplicationError as error:
        raise DatabaseUnreachable(str(error).replace("DATABASE_URL", setting)) from error
    except DBAPIError as error:
        if not str(getattr(error.orig, "sqlstate", "")).startswith(_REFUSED):
            raise
        raise DatabaseUnreachable(
            f"cannot use the database at {read_database_url(url)}: {reason_of(error)} "
            f"(set by {setting})"
        ) from error
