"""Where the two databases are: those named in the settings, else the embedded server's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import asyncpg

from est.postgres import EmbeddedPostgres, PostgresServer, find_running
from est.settings import Settings

_NAMES = ("est_auth", "est_catalog")


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """One URL per service, and the setting (or server) each came from."""

    auth: str = field(repr=False)
    catalog: str = field(repr=False)


@contextmanager
def databases(settings: Settings) -> Iterator[PostgresServer | None]:
    """Run the embedded server while the block lasts, unless both databases are given.

    A server that another `est` process runs in the same folder is used instead.
    """
    if settings.auth_database_url and settings.catalog_database_url:
        yield None
        return
    folder = settings.est_home / "postgres"
    if running := find_running(folder):
        yield running
        return
    with EmbeddedPostgres(folder, port=settings.postgres_port) as server:
        yield server


async def database_urls(settings: Settings, server: PostgresServer | None) -> DatabaseUrls:
    """Return both URLs; databases of the embedded server are made if they are not there."""
    if server is not None:
        await _create_missing(server)
    given = (settings.auth_database_url, settings.catalog_database_url)
    auth, catalog = (
        url.get_secret_value() if url else server.url(name) if server else ""
        for url, name in zip(given, _NAMES, strict=True)
    )
    return DatabaseUrls(auth, catalog)


async def _create_missing(server: PostgresServer) -> None:
    connection = await asyncpg.connect(server.url())
    try:
        there = {
            row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")
        }
        for name in _NAMES:
            if name not in there:
                await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
