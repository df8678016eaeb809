"""A migration that is ended in the middle leaves the database as it was."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import asyncpg
import pytest

from shared.database.migrations import current_revision, downgrade
from tests.catalog_service.kit import GATEWAY_KEY
from tests.testkit.fleet import Server
from tests.testkit.system import ROOT

BEFORE = "0041"
OTHERS = """SELECT count(*) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> $1 AND backend_type = 'client backend'"""
WAITING = f"{OTHERS} AND wait_event_type = 'Lock'"


def migration(url: str, folder: Path) -> Server:
    """``python -m catalog_service migrate``."""
    environment = {
        "PYTHONPATH": str(ROOT), "ENV": "dev", "DATABASE_URL": url, "GATEWAY_KEY": GATEWAY_KEY,
    }  # fmt: skip
    return Server("migration", 0, folder / "migration.log", environment, "catalog_service")


async def until(connection: asyncpg.Connection, query: str, expected: int) -> None:
    async with asyncio.timeout(60):
        while await connection.fetchval(query, connection.get_server_pid()) != expected:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_119_it_is_undone_and_can_be_run_again(
    url: str, tmp_path: Path, number: signal.Signals
) -> None:
    newest = await current_revision(url)
    await downgrade(url, "catalog_service", BEFORE)
    holder = await asyncpg.connect(url)
    ended, again = migration(url, tmp_path), migration(url, tmp_path)
    try:
        async with holder.transaction():
            await holder.fetch("SELECT 1 FROM offers")
            await ended.start("migrate")
            looker = await asyncpg.connect(url)
            await until(looker, WAITING, 1)
            assert ended.process is not None
            ended.process.send_signal(number)
            assert await ended.process.wait() != 0
            await looker.close()
        await until(holder, OTHERS, 0)  # PostgreSQL has noticed, and undone what was begun
        assert await current_revision(url) == BEFORE
        await again.start("migrate")
        assert again.process is not None
        assert await again.process.wait() == 0, again.told()
        assert await current_revision(url) == newest
    finally:
        await holder.close()
        for server in (ended, again):
            await server.http.aclose()
