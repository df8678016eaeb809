"""The three servers: what each is started with, and where it answers."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from est.run.keys import GatewayKeys
from est.settings import Settings


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """One server to start.

    ``port_setting`` is the variable that moves it to another port. ``fixed`` variables come before
    those that it inherits, ``defaults`` after.
    """

    name: str
    command: tuple[str, ...]
    port: int
    port_setting: str
    fixed: Mapping[str, str] = field(default_factory=dict, repr=False)
    defaults: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """Return its whole environment."""
        return {**_DEFAULTS, **self.defaults, **inherited, **self.fixed, "PYTHONUNBUFFERED": "1"}


GATEWAY_CONFIG = Path(__file__).parents[1] / "gateway.toml"
_DEFAULTS = {"LOG_FORMAT": "console"}


def auth_server(settings: Settings, keys: GatewayKeys, database_url: str) -> ServerSpec:
    """Return the auth service; it delivers account deletions to catalog with catalog's key."""
    return ServerSpec(
        "auth",
        (sys.executable, "-m", "auth_service"),
        settings.auth_port,
        "AUTH_PORT",
        fixed={
            **_service(settings, settings.auth_port, keys.auth, database_url),
            "CATALOG_GATEWAY_KEY": keys.catalog,
            "EST_HOME": str(settings.est_home),
        },
        defaults={"MAIL_LINK_BASE": f"{settings.gateway_url}/graphql"},
    )


def catalog_server(settings: Settings, keys: GatewayKeys, database_url: str) -> ServerSpec:
    """Return the catalog service."""
    return ServerSpec(
        "catalog",
        (sys.executable, "-m", "catalog_service"),
        settings.catalog_port,
        "CATALOG_PORT",
        fixed={
            **_service(settings, settings.catalog_port, keys.catalog, database_url),
            "AUTH_GATEWAY_KEY": keys.auth,
        },
        defaults={"IMAGE_STORE": f"file:{settings.est_home.absolute()}/images"},
    )


def gateway_server(settings: Settings, keys: GatewayKeys) -> ServerSpec:
    """Return the gateway on the composed supergraph, with everything that it must know of EST."""
    return ServerSpec(
        "gateway",
        (sys.executable, "-m", "gateway"),
        settings.gateway_port,
        "GATEWAY_PORT",
        fixed={
            **_listening(settings.gateway_port),
            "ENV": settings.env,
            "SUPERGRAPH": str(settings.supergraph),
            "EXPLORER_CONFIG": str(settings.explorer_config),
            "AUTH_SERVICE_URL": settings.auth_url,
            "SUBGRAPHS__AUTH__URL": f"{settings.auth_url}/graphql",
            "SUBGRAPHS__AUTH__KEY": keys.auth,
            "SUBGRAPHS__CATALOG__URL": f"{settings.catalog_url}/graphql",
            "SUBGRAPHS__CATALOG__KEY": keys.catalog,
        },
        defaults={"GATEWAY_CONFIG": str(GATEWAY_CONFIG)},
    )


def _service(settings: Settings, port: int, key: str, database_url: str) -> dict[str, str]:
    return {
        **_listening(port),
        "ENV": settings.env,
        "DATABASE_URL": database_url,
        "GATEWAY_KEY": key,
        "AUTH_SERVICE_URL": settings.auth_url,
        "CATALOG_SERVICE_URL": settings.catalog_url,
    }


def _listening(port: int) -> dict[str, str]:
    return {"HOST": "127.0.0.1", "PORT": str(port)}
