"""`est migrate` and `est demo`."""

from __future__ import annotations

import asyncio

from est.commands.options import Home, read
from est.run.databases import database_urls, databases
from est.settings import Settings
from est.terminal import out


def migrate(home: Home = None) -> None:
    """Bring both databases to the newest revision."""
    asyncio.run(_migrate(read(est_home=home).settings))


def demo(home: Home = None) -> None:
    """Fill empty databases with demo data (ENV=dev only); says what it did in one word."""
    settings = read(est_home=home).settings
    out.print(asyncio.run(_demo(settings)))


async def _migrate(settings: Settings) -> None:
    from est.migrations import migrate_all

    with databases(settings) as server:
        await migrate_all(await database_urls(settings, server))


async def _demo(settings: Settings) -> str:
    from est.demo.load import load_demo

    with databases(settings) as server:
        return await load_demo(settings, await database_urls(settings, server))
