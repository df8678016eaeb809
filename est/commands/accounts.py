"""`est create-admin`."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from est.commands.options import Home, read
from est.run.databases import database_urls, databases
from est.settings import Settings
from est.terminal import out


def create_admin(
    email: Annotated[str, typer.Argument(help="The administrator's address.")],
    home: Home = None,
) -> None:
    """Make an administrator. The password is asked for, or read as one line from stdin."""
    settings = read(est_home=home).settings
    asyncio.run(_create(settings, email, _password()))
    out.print(f"{email} is an administrator.")


def _password() -> str:
    """Never an argument: those stand in process lists and shell histories."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


async def _create(settings: Settings, email: str, password: str) -> None:
    from est.admin import create_admin as create

    with databases(settings, ("auth",)) as server:
        await create(settings, await database_urls(settings, server), email, password)
