"""See the package."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from benchmarks.accounts.data import load
from benchmarks.accounts.lists import PAGES, List, lists, questions
from benchmarks.catalog.growth import Growth, growths, opened, show
from est.postgres import EmbeddedPostgres
from shared.database import Database
from shared.database.migrations import migrate

SIZES = (10_000, 1_000_000)
LONG = (
    "accounts", "accounts, text 'mail.example'", "accounts, text 'anna muller'",
    "accounts, role user", "accounts, state ACTIVE", "entries", "entries, by a busy admin",
    "entries, action OFFER_RESTORED", "entries, by another + action OFFER_RESTORED",
)  # fmt: skip


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accounts")
    parser.add_argument("command", nargs="?", choices=("lists", "load"), default="lists")
    parser.add_argument("--url", help="of the database to load")
    parser.add_argument("--rows", type=int, default=SIZES[1], help="to load of either")
    parser.add_argument("--urls", nargs=2, help="two that are there, the small one first")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if options.command == "load":
        asyncio.run(load(options.url, options.rows, options.rows))
    elif options.urls:
        asyncio.run(_compare(options.urls, options.runs))
    else:
        asyncio.run(_measure(options.runs))


async def _measure(runs: int) -> None:
    async with _made() as urls:
        await _compare(urls, runs)


async def _compare(urls: Sequence[str], runs: int) -> None:
    asked = lists()
    async with opened(urls) as databases:
        found = await growths(databases, questions(), runs)
        for name in LONG:
            costs = [await _deep(each, asked[name]) for each in databases]
            found.append(Growth(f"page {PAGES} of {name}", *costs))
    show(found, "of accounts and entries")


async def _deep(database: Database, asked: List) -> float:
    """The median cost of the last three pages of a hundred, or of all there are."""
    after, costs = None, []
    for _ in range(PAGES):
        began = time.perf_counter()
        async with database.read() as connection:
            rows = await asked.page(connection, after)
        costs.append(1000 * (time.perf_counter() - began))
        if not rows:
            break
        after = rows[-1].created_at, rows[-1].id
    return statistics.median(costs[-3:])


@asynccontextmanager
async def _made() -> AsyncIterator[Sequence[str]]:
    folder = Path(tempfile.mkdtemp(prefix="est-benchmark-"))
    try:
        with EmbeddedPostgres(folder, durable=False) as server:
            urls = [server.url(f"auth_{size}") for size in SIZES]
            for url, size in zip(urls, SIZES, strict=True):
                connection = await asyncpg.connect(server.url())
                await connection.execute(f"CREATE DATABASE auth_{size}")
                await connection.close()
                await migrate(url, "auth_service")
                await load(url, size, size)
            yield urls
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
