"""Where the databases are: those named in the settings, else the embedded server's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import asyncpg

from est.postgres import EmbeddedPostgres, PostgresServer, find_running
from est.settings import Settings

Service = Literal["auth", "catalog"]
_WITHOUT_TLS = "sslmode=disable"
"""It speaks none, whatever PGSSLMODE says of other servers."""
BOTH: tuple[Service, ...] = ("auth", "catalog")


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """One URL per service; empty where the command at hand does not need it."""

    auth: str = field(default="", repr=False)
    catalog: str = field(default="", repr=False)


@contextmanager
def databases(
    settings: Settings, services: tuple[Service, ...] = BOTH
) -> Iterator[PostgresServer | None]:
    """Run the embedded server while the block lasts, unless the databases wanted are given.

    A server that another `est` process runs in the same folder is used instead.
    """
    if all(_given(settings, service) for service in services):
        yield None
        return
    folder = settings.est_home / "postgres"
    if running := find_running(folder):
        yield running
        return
    with EmbeddedPostgres(folder, port=settings.postgres_port) as server:
        yield server


async def database_urls(settings: Settings, server: PostgresServer | None) -> DatabaseUrls:
    """Return the URLs; databases of the embedded server are made if they are not there."""
    if server is not None:
        await _create_missing(server)
    return DatabaseUrls(*(_given(settings, name) or _embedded(server, name) for name in BOTH))


def _given(settings: Settings, service: Service) -> str:
    urls = {"auth": settings.auth_database_url, "catalog": settings.catalog_database_url}
    url = urls[service]
    return url.get_secret_value() if url else ""


def _embedded(server: PostgresServer | None, service: Service) -> str:
    return f"{server.url(_name(service))}?{_WITHOUT_TLS}" if server else ""


def _name(service: Service) -> str:
    return f"est_{service}"


async def _create_missing(server: PostgresServer) -> None:
    connection = await asyncpg.connect(f"{server.url()}?{_WITHOUT_TLS}")
    try:
        rows = await connection.fetch("SELECT datname FROM pg_database")
        there = {row["datname"] for row in rows}
        for service in BOTH:
            if _name(service) not in there:
                await connection.execute(f'CREATE DATABASE "{_name(service)}"')
    finally:
        await connection.close()
