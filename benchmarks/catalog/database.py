"""A throw-away PostgreSQL with a catalog of a given size."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from benchmarks.catalog.data import load
from est.postgres import EmbeddedPostgres
from shared.migrations import migrate


@asynccontextmanager
async def catalog_with(*sizes: int) -> AsyncIterator[str]:
    """The URL of a migrated catalog with so many offers."""
    folder = Path(tempfile.mkdtemp(prefix="est-benchmark-"))
    try:
        with EmbeddedPostgres(folder, durable=False) as server:
            for size in sizes:
                await make(server.url(), server.url(f"catalog_{size}"), size)
            yield server.url(f"catalog_{sizes[0]}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def make(maintenance_url: str, url: str, size: int) -> None:
    """Create, migrate and fill one database."""
    connection = await asyncpg.connect(maintenance_url)
    await connection.execute(f"CREATE DATABASE catalog_{size}")
    await connection.close()
    await migrate(url, "catalog_service")
    await load(url, size)
