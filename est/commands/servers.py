"""Each server on its own: `est postgres`, `est auth`, `est catalog`, `est gateway`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from est.commands.options import (
    AuthPort,
    CatalogPort,
    GatewayPort,
    Home,
    Invocation,
    PostgresPort,
    read,
)
from est.run.databases import DatabaseUrls, Service
from est.run.keys import kept_keys
from est.run.server_specs import ServerSpec, auth_server, catalog_server, gateway_server
from est.run.supervisor import run_database, run_service, run_without_database
from est.terminal import out


def postgres(postgres_port: PostgresPort = None, home: Home = None) -> None:
    """Run the embedded PostgreSQL alone.

    Other commands find it by its folder and use it.
    """
    settings = read(postgres_port=postgres_port, est_home=home).settings

    def tell(urls: DatabaseUrls) -> None:
        out.print(f"AUTH_DATABASE_URL={urls.auth}\nCATALOG_DATABASE_URL={urls.catalog}")

    asyncio.run(run_database(settings, tell))


def auth(auth_port: AuthPort = None, home: Home = None) -> None:
    """Run auth alone, its database migrated first."""
    invocation = read(auth_port=auth_port, est_home=home)
    settings = invocation.settings
    keys = kept_keys(settings)
    _serve(invocation, "auth", lambda urls: auth_server(settings, keys, urls.auth))


def catalog(catalog_port: CatalogPort = None, home: Home = None) -> None:
    """Run catalog alone, its database migrated first."""
    invocation = read(catalog_port=catalog_port, est_home=home)
    settings = invocation.settings
    keys = kept_keys(settings)
    _serve(invocation, "catalog", lambda urls: catalog_server(settings, keys, urls.catalog))


def gateway(gateway_port: GatewayPort = None, home: Home = None) -> None:
    """Run the gateway alone, in front of running services."""
    invocation = read(gateway_port=gateway_port, est_home=home)
    settings = invocation.settings
    spec = gateway_server(settings, kept_keys(settings))
    asyncio.run(run_without_database(settings, spec, invocation.inherited))


def _serve(
    invocation: Invocation, service: Service, build: Callable[[DatabaseUrls], ServerSpec]
) -> None:
    asyncio.run(run_service(invocation.settings, service, build, invocation.inherited))
