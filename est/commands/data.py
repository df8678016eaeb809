"""`est migrate` and `est demo`."""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import Annotated

import typer

from est.commands.options import Home, read
from est.run.databases import BOTH, Service, database_urls, databases
from est.run.prepare import MIGRATED
from est.settings import Settings
from est.terminal import out


class Which(Enum):
    """The database to migrate."""

    ALL = "all"
    AUTH = "auth"
    CATALOG = "catalog"


def migrate(service: Annotated[Which, typer.Argument()] = Which.ALL, home: Home = None) -> None:
    """Bring both databases, or one, to the newest revision."""
    services: tuple[Service, ...] = BOTH if service is Which.ALL else (service.value,)
    asyncio.run(_migrate(read(est_home=home).settings, services))


def demo(home: Home = None) -> None:
    """Fill empty databases with demo data (ENV=dev only).

    Says what it did in one word.
    """
    settings = read(est_home=home).settings
    out.print(asyncio.run(_demo(settings)))


def settings() -> None:
    """Print every setting, its default and what it is for."""
    from est.settings_reference import env_example

    typer.echo(env_example(), nl=False)


async def _migrate(settings: Settings, services: tuple[Service, ...]) -> None:
    from est.migrations import migrate_all

    with databases(settings, services) as server:
        await migrate_all(await database_urls(settings, server), services)
    out.print(MIGRATED)


def _say_migrated() -> None:
    out.print(MIGRATED)


async def _demo(settings: Settings) -> str:
    from est.demo.load import load_demo

    with databases(settings) as server:
        return await load_demo(settings, await database_urls(settings, server), _say_migrated)
