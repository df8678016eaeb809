"""`est migrate`, `est demo`, `est backup`, `est restore` and `est settings`."""

from __future__ import annotations

import asyncio
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from est.commands.options import Home, read
from est.errors import first_of_group
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


def backup(
    folder: Annotated[Path, typer.Argument(help="A folder to make.")], home: Home = None
) -> None:
    """Write both databases into a folder.

    They are written as they are at one moment; nothing has to stop.
    """
    settings = read(est_home=home).settings
    asyncio.run(_backup(settings, folder))
    out.print(f"{folder} holds both databases: keep it where nobody else reads it.")


def restore(
    folder: Annotated[Path, typer.Argument(help="What `est backup` made.")], home: Home = None
) -> None:
    """Fill two empty databases from a backup.

    They are brought up to date, and everybody has to sign in anew.
    """
    settings = read(est_home=home).settings
    asyncio.run(_restore(settings, folder))
    out.print("Restored. Everybody has to sign in anew.")


def settings(
    table: Annotated[bool, typer.Option("--table", help="As Markdown, for docs/.")] = False,
) -> None:
    """Print every setting, its default and what it is for."""
    from est.settings_reference import env_example, settings_table

    typer.echo(settings_table() if table else env_example(), nl=False)


async def _migrate(settings: Settings, services: tuple[Service, ...]) -> None:
    from est.migrations import migrate_all

    with databases(settings, services) as server:
        await migrate_all(await database_urls(settings, server), services)
    out.print(MIGRATED)


async def _backup(settings: Settings, folder: Path) -> None:
    from est.backup import back_up

    with databases(settings) as server, first_of_group():
        await back_up(await database_urls(settings, server), folder)


async def _restore(settings: Settings, folder: Path) -> None:
    from est.backup import end_access, require_fillable, restore, unfinished_named
    from est.migrations import migrate_all

    with databases(settings) as server, first_of_group():
        urls = await database_urls(settings, server)
        await require_fillable(urls, folder)
        with unfinished_named():
            await restore(urls, folder)
            await migrate_all(urls)
            await end_access(urls)


def _say_migrated() -> None:
    out.print(MIGRATED)


async def _demo(settings: Settings) -> str:
    from est.demo.load import load_demo

    with databases(settings) as server:
        return await load_demo(settings, await database_urls(settings, server), _say_migrated)
