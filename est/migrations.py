"""Brings both databases to the newest revision of their services' histories."""

from __future__ import annotations

from est.errors import DatabaseUnreachable
from est.run.databases import DatabaseUrls
from shared.errors import ApplicationError
from shared.migrations import migrate


async def migrate_all(urls: DatabaseUrls) -> None:
    """Migrate one database after the other: alembic's context is global to a process.

    Raises `DatabaseUnreachable` naming the setting.
    """
    await _migrate("AUTH_DATABASE_URL", urls.auth, "auth_service")
    await _migrate("CATALOG_DATABASE_URL", urls.catalog, "catalog_service")


async def _migrate(setting: str, url: str, package: str) -> None:
    try:
        await migrate(url, package)
    except ApplicationError as error:
        message = str(error).replace("DATABASE_URL", setting)
        raise DatabaseUnreachable(message) from error
