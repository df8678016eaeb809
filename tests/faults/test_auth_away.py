"""Faults 45 and 67: the auth service away, with its keys; a real catalog behind a real gateway."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from gateway.config.settings import GatewaySettings
from gateway.http.app import create_app
from shared.tokens import jwks
from tests.catalog_service.kit import GATEWAY_KEY, ISSUER, Person, running_catalog
from tests.shared.forge import good_claims, signed
from tests.testkit.client import Answer, answer_of
from tests.testkit.postgres import Databases
from tests.testkit.server import serving

SUPERGRAPH = Path(__file__).parents[2] / "schema/supergraph.graphql"
PUBLIC = "{ offers { edges { node { title place { name } } } } }"
ACROSS = "{ offers { edges { node { title place { partnerships { partner { id role } } } } } } }"
PROTECTED = {
    "me": "{ me { id } }",
    "myPlaces": "{ myPlaces { edges { cursor } } }",
    "offers": "{ offers(filter: {status: [DRAFT]}) { edges { cursor } } }",
    "offer": f'{{ offer(id: "{uuid4()}") {{ id }} }}',
    "createPlace": """mutation { createPlace(input: {name: "Bakery", address: "Main Street 1",
        latitude: 1, longitude: 1, timeZone: "Europe/Berlin", currency: "EUR"}) { id } }""",
}


class Issuer:
    """Publishes its keys, or answers 503 while it is away; notes how often it was asked."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256")
        self.is_away = True
        self.requests = 0
        self.app = Starlette(routes=[Route("/.well-known/jwks.json", self.publish)])

    async def publish(self, _request: Request) -> JSONResponse:
        self.requests += 1
        if self.is_away:
            return JSONResponse({}, 503)
        public = {**self.key.as_dict(private=False), "kid": self.key.thumbprint()}
        return JSONResponse({"keys": [public]})

    def token(self, person: Person) -> str:
        now = int(time.time())
        claims = good_claims(
            sub=str(person.id), roles=[person.role], iat=now, nbf=now, exp=now + 900, jti=str(now)
        )
        return signed(self.key, claims)


@dataclass(frozen=True, slots=True)
class House:
    """A catalog with a published offer, the gateway before it, and the issuer; no auth service."""

    gateway: httpx2.AsyncClient
    issuer: Issuer

    async def ask(self, query: str, token: str | None = None) -> Answer:
        """Ask the gateway; whatever is away, it is no HTTP error."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        response = await self.gateway.post("/graphql", json={"query": query}, headers=headers)
        assert response.status_code == 200
        return answer_of(response.json())


@pytest.fixture
async def house(
    database_url_factory: Databases, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    monkeypatch.setattr(jwks, "FIRST_RETRY_SECONDS", 0.0)
    for patience in ("PATIENCE_SECONDS", "TIMEOUT_SECONDS"):  # no answer here is late on purpose
        monkeypatch.setattr(jwks, patience, 30.0)
    owner, issuer = Person("partner"), Issuer()
    async with database_url_factory.lent("catalog_service") as url:
        async with running_catalog(url) as catalog:
            await catalog.publish_offer(owner, await catalog.open_place(owner))
        async with (
            serving(issuer.app) as keys,
            running_catalog(url, jwt_secret=None, auth_service_url=keys) as catalog,
            serving(catalog.app) as catalog_url,
            gateway_before(catalog_url, keys) as client,
        ):
            yield House(client, issuer)


@asynccontextmanager
async def gateway_before(catalog_url: str, issuer_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """The gateway on EST's supergraph, with nothing where the auth service should be."""
    subgraphs: dict[str, Any] = {
        "auth": {"url": "http://127.0.0.1:9/graphql"},
        "catalog": {"url": f"{catalog_url}/graphql", "key": GATEWAY_KEY},
    }
    settings = GatewaySettings(
        supergraph=str(SUPERGRAPH),
        supergraph_poll_seconds=0,
        subgraphs=subgraphs,
        auth_service_url=issuer_url,
        jwt_issuer=ISSUER,
    )
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url="http://gateway.test", timeout=60
        ) as client,
    ):
        yield client


async def test_45_public_offers_are_listed_with_and_without_a_token(house: House) -> None:
    for token in (None, house.issuer.token(Person())):
        listed = await house.ask(PUBLIC, token)
        (edge,) = listed.field("offers", "edges")
        assert edge["node"]["place"]["name"] == "Corner Bakery"
        across = await house.ask(ACROSS, token)
        assert across.codes == ["UNAVAILABLE"]
        assert across.data is not None
        assert across.data["offers"]["edges"][0]["node"]["title"] == "Yesterday's bread"


@pytest.mark.parametrize("field", PROTECTED)
async def test_45_what_needs_a_caller_fails_closed_and_says_to_try_again(
    house: House, field: str
) -> None:
    answer = await house.ask(PROTECTED[field], house.issuer.token(Person("partner")))
    assert answer.codes == ["UNAVAILABLE"]
    assert answer.errors[0]["extensions"]["retryable"] is True
    assert answer.data == {field: None}


async def test_67_the_keys_come_back_then_go_again(house: House) -> None:
    token = house.issuer.token(Person("partner"))
    assert (await house.ask(PROTECTED["myPlaces"], token)).codes == ["UNAVAILABLE"]
    house.issuer.is_away = False
    assert (await house.ask(PROTECTED["myPlaces"], token)).codes == []
    house.issuer.is_away = True
    later = house.issuer.token(Person("partner"))
    assert (await house.ask(PROTECTED["myPlaces"], later)).codes == []
    assert (await house.ask(PROTECTED["offers"], later)).codes == []
    anonymous = await house.ask(PROTECTED["createPlace"])
    assert anonymous.codes == ["UNAUTHENTICATED"]
