"""`est run`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from est.commands.options import AuthPort, CatalogPort, GatewayPort, Home, PostgresPort, read
from est.misspelt import misspelt
from est.run.home import own_home
from est.run.keys import random_keys
from est.run.panel import Panel
from est.run.supervisor import run as supervise
from est.terminal import warn


def run(
    gateway_port: GatewayPort = None,
    catalog_port: CatalogPort = None,
    auth_port: AuthPort = None,
    postgres_port: PostgresPort = None,
    home: Home = None,
    demo: Annotated[
        bool | None, typer.Option("--demo/--empty", help="Instead of DEMO_DATA.")
    ] = None,
) -> None:
    """Run the whole system until Ctrl-C."""
    invocation = read(
        gateway_port=gateway_port,
        catalog_port=catalog_port,
        auth_port=auth_port,
        postgres_port=postgres_port,
        est_home=home,
        demo_data=demo,
    )
    settings = invocation.settings
    for line in misspelt():
        warn(line)
    with own_home(settings), Panel(settings) as panel:
        asyncio.run(supervise(settings, random_keys(settings), invocation.inherited, panel))
