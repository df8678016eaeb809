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
from shared.database.migrations import migrate


@asynccontextmanager
async def catalog_with(size: int) -> AsyncIterator[str]:
    """The URL of a migrated catalog with so many offers."""
    async with catalogs_with(size) as (url,):
        yield url


@asynccontextmanager
async def catalogs_with(*sizes: int) -> AsyncIterator[tuple[str, ...]]:
    """The URLs of migrated catalogs with so many offers each."""
    folder = Path(tempfile.mkdtemp(prefix="est-benchmark-"))
    try:
        with EmbeddedPostgres(folder, durable=False) as server:
            urls = tuple(server.url(f"catalog_{size}") for size in sizes)
            for url, size in zip(urls, sizes, strict=True):
                await make(server.url(), url, size)
            yield urls
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def make(maintenance_url: str, url: str, size: int) -> None:
    """Create, migrate and fill one database."""
    connection = await asyncpg.connect(maintenance_url)
    await connection.execute(f"CREATE DATABASE catalog_{size}")
    await connection.close()
    await migrate(url, "catalog_service")
    await load(url, size)
