"""The checks of graphql-cop find nothing, but for the batches that consumers send on purpose."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from auth_service.api.app import create_app as auth_app
from auth_service.core.settings import AuthSettings
from catalog_service.api.app import create_app as catalog_app
from catalog_service.core.settings import CatalogSettings
from tests.audits.cop import findings
from tests.audits.production import KEYS, SECRET, ProductionGateway
from tests.testkit.system import System

BATCHES = "array batching"  # ten are what Apollo Client's BatchHttpLink sends (decision 0817)
SERVICE = {
    "env": "prod",
    "database_url": f"postgresql://est:{SECRET}@127.0.0.1:9/none",
    "jwt_secret": SECRET,
}


async def test_the_gateway_in_production(production: ProductionGateway) -> None:
    async with httpx2.AsyncClient(timeout=60) as client:
        assert await findings(client, production.url) == {BATCHES}


async def test_the_gateway_where_nobody_batches(system: System, tmp_path: Path) -> None:
    gateway = ProductionGateway(system, tmp_path, LIMITS__BATCH="1")
    try:
        gateway.wait_until_up()
        async with httpx2.AsyncClient(timeout=60) as client:
            assert await findings(client, gateway.url) == set()
    finally:
        gateway.stop()


def auth() -> Starlette:
    keys = KEYS["AUTH_GATEWAY_KEY"], KEYS["CATALOG_GATEWAY_KEY"]
    own = dict(zip(("gateway_key", "catalog_gateway_key"), keys, strict=True))
    own |= {"smtp_host": "mail", "mail_link_base": "https://est.example/graphql"}
    return auth_app(AuthSettings.model_validate({**SERVICE, **own}))


def catalog() -> Starlette:
    keys = KEYS["CATALOG_GATEWAY_KEY"], KEYS["AUTH_GATEWAY_KEY"]
    own = dict(zip(("gateway_key", "auth_gateway_key"), keys, strict=True))
    return catalog_app(CatalogSettings.model_validate({**SERVICE, **own}))


@pytest.mark.parametrize("name", ["auth", "catalog"])
async def test_a_service_in_production_asked_by_its_gateway(name: str) -> None:
    app = {"auth": auth, "catalog": catalog}[name]()
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app),
        base_url=f"http://{name}.test",
        headers={"X-Gateway-Key": KEYS[f"{name.upper()}_GATEWAY_KEY"]},
    ) as client:
        answer = await client.post("/graphql", json={"query": "{ _service { sdl } }"})
        assert "type Query" in answer.json()["data"]["_service"]["sdl"]
        assert await findings(client, "/graphql") == set()


@pytest.mark.parametrize("name", ["auth", "catalog"])
async def test_a_service_asked_by_anybody(system: System, name: str) -> None:
    url = f"http://127.0.0.1:{system.ports[name]}"
    async with httpx2.AsyncClient(base_url=url, timeout=60) as client:
        assert await findings(client, "/graphql") == set()
        answer = await client.post("/graphql", json={"query": "{ __typename }"})
        assert answer.status_code == 401
