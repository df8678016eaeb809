"""Options that several commands share; each names the setting that it stands in for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from est.settings import Settings, load_settings, passed_on, read_environment

GatewayPort = Annotated[int | None, typer.Option(help="Instead of GATEWAY_PORT (4000).")]
CatalogPort = Annotated[int | None, typer.Option(help="Instead of CATALOG_PORT (8000).")]
AuthPort = Annotated[int | None, typer.Option(help="Instead of AUTH_PORT (8001).")]
PostgresPort = Annotated[int | None, typer.Option(help="Instead of POSTGRES_PORT (any free one).")]
Home = Annotated[Path | None, typer.Option("--home", help="Instead of EST_HOME (.est).")]


@dataclass(frozen=True, slots=True)
class Invocation:
    """The settings of one command, and the environment that servers inherit."""

    settings: Settings
    inherited: Mapping[str, str]


def read(**flags: object) -> Invocation:
    """Read environment and `.env`; flags that were given beat both."""
    environment = read_environment()
    return Invocation(load_settings(environment, **flags), passed_on(environment))
