"""A connection of tests behind a service's back, opened once: each costs more than what it asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg


class Behind:
    """Runs statements one after the other; opens another connection when the one it had is gone."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._lock = asyncio.Lock()
        self._connection: asyncpg.Connection | None = None

    async def fetch(self, statement: str, *arguments: Any) -> list[asyncpg.Record]:
        """Run a statement, outside of a transaction."""
        async with self._lock:
            if self._connection is None or self._connection.is_closed():
                # tests alter tables: nothing is prepared that might no longer fit
                self._connection = await asyncpg.connect(self._url, statement_cache_size=0)
            rows: list[asyncpg.Record] = await self._connection.fetch(statement, *arguments)
            return rows

    def close(self) -> None:
        """Let go of it, whatever became of its server."""
        if self._connection is not None:
            self._connection.terminate()


@asynccontextmanager
async def opened_behind(database_url: str) -> AsyncIterator[Behind]:
    """One that is closed again."""
    behind = Behind(database_url)
    try:
        yield behind
    finally:
        behind.close()
