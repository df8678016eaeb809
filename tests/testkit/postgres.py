"""Real PostgreSQL for tests: one throw-away server a session, a migrated database in milliseconds.

@pytest.fixture
async def database_url(database_url_factory: DatabaseFactory) -> str:
    return await database_url_factory("catalog_service")
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from est.postgres import EmbeddedPostgres
from shared.database.migrations import migrate

DatabaseFactory = Callable[[str], Awaitable[str]]

_SMALL = 64 * 1024
"""Bytes of a table up to which its rows are deleted; from there on what they leave behind tells."""


class Databases:
    """Makes databases on one server: each package is migrated once, into a template that is copied.

    `await databases("auth_service")` → the URL (`postgresql://…`) of a fresh database at that
    package's newest revision; `async with databases.lent("auth_service") as url` drops it again.
    """

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self._templates: dict[str, asyncio.Task[str]] = {}

    async def __call__(self, package: str) -> str:
        if package not in self._templates:
            self._templates[package] = asyncio.create_task(self._make_template(package))
        template = await self._templates[package]
        return await self._copy(template, f"{package}_{next(self._numbers)}")

    async def empty(self) -> str:
        """Return the URL of a database without any table."""
        return await self._copy("template0", f"empty_{next(self._numbers)}")

    @asynccontextmanager
    async def lent(self, package: str | None = None) -> AsyncIterator[str]:
        """A database of a package, or without any table; it is gone after the block."""
        url = await (self.empty() if package is None else self(package))
        try:
            yield url
        finally:
            await self.drop(url)

    async def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        await self._execute(f'DROP DATABASE "{urlsplit(url).path.lstrip("/")}" WITH (FORCE)')

    async def _make_template(self, package: str) -> str:
        name = f"{package}_template"
        url = await self._copy("template0", name)
        await migrate(url, package)
        return name

    async def _copy(self, template: str, name: str) -> str:
        # FILE_COPY beats the default WAL_LOG several times over where nothing is synced to disk.
        await self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self._server.url(name)

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self._server.url())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


async def empty(url: str, tables: Sequence[str]) -> None:
    """Remove every row of ``tables``, and all that refer to these; waits for whoever writes.

    TRUNCATE makes new files for each table and index, also for those that have no row: 60 ms for
    twenty tables, where their few rows are deleted in 2.
    """
    names = ", ".join(tables)
    listed = "ARRAY[" + ", ".join(f"'{table}'::regclass" for table in tables) + "]"
    sizes = ", ".join(f"pg_relation_size('{table}')" for table in tables)
    deletes = "; ".join(f"DELETE FROM {table}" for table in tables)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"""
            DO $$ BEGIN
                LOCK TABLE {names};
                IF greatest({sizes}) > {_SMALL} THEN
                    TRUNCATE {names};
                ELSE
                    ASSERT NOT EXISTS (
                        SELECT FROM pg_constraint WHERE contype = 'f'
                            AND confrelid = ANY ({listed}) AND conrelid <> ALL ({listed})
                    ), 'another table refers to these';
                    SET LOCAL session_replication_role = replica;  -- no triggers: nothing is left
                    {deletes};
                END IF;
            END $$""")
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """The session's server (under pytest-xdist: one a worker); no fsync, removed at the end."""
    folder = Path(tmp_path_factory.mktemp("postgres"))
    with EmbeddedPostgres(folder, durable=False, max_connections=400) as server:
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: EmbeddedPostgres) -> str:
    """The URL of the server's maintenance database, as a superuser."""
    return postgres_server.url()


@pytest.fixture(scope="session")
def database_url_factory(postgres_server: EmbeddedPostgres) -> Databases:
    """Fresh, migrated databases: `await database_url_factory("auth_service")`."""
    return Databases(postgres_server)


@pytest.fixture
async def empty_database(database_url_factory: Databases) -> AsyncIterator[str]:
    """The URL of a database without any table, for one test."""
    async with database_url_factory.lent() as url:
        yield url
