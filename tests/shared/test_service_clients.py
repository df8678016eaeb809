"""What our servers say to each other goes where the settings say, by nobody's proxy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from joserfc.jwk import ECKey
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from catalog_service.core import accounts as catalog_accounts
from catalog_service.core.accounts import AuthAccounts
from catalog_service.core.settings import CatalogSettings
from gateway.runtime.supergraph_readers import UrlReader
from shared.errors import Unavailable
from shared.outbox import HttpEvents, events
from shared.outbox.events import EventNotTaken
from shared.tokens import RemoteKeys
from tests.testkit.raw_server import raw_server, trickling
from tests.testkit.server import serving

KEY = ECKey.generate_key("P-256")
NOBODY = "http://127.0.0.1:9"


async def publish(_request: Request) -> Response:
    return JSONResponse({"keys": [{**KEY.as_dict(private=False), "kid": KEY.thumbprint()}]})


async def take(_request: Request) -> Response:
    return Response(status_code=204)


@pytest.fixture
async def service(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A service on this machine, as a company's machines are set up: all goes by its proxy."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, NOBODY)
        monkeypatch.setenv(name.upper(), NOBODY)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    routes = [Route("/jwks", publish), Route("/internal/events", take, methods=["POST"])]
    async with serving(Starlette(routes=routes)) as url:
        yield url


async def test_keys_are_fetched(service: str) -> None:
    keys = RemoteKeys(f"{service}/jwks")
    assert await keys.key(KEY.thumbprint(), "ES256") is not None
    await keys.close()


async def test_events_are_delivered_and_no_proxy_sees_the_key(service: str) -> None:
    events = HttpEvents(service, SecretStr("a-gateway-key"))
    await events.deliver({"id": "1"})
    await events.close()


async def test_a_supergraph_is_read(service: str) -> None:
    reader = UrlReader(f"{service}/jwks", {})
    assert await reader.read() is not None
    await reader.close()


async def test_who_sends_a_byte_after_the_other_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing has to be waited for in any one step."""
    async with raw_server(trickling, trickling) as server:
        base = server.url.removesuffix("/graphql")
        receiver = HttpEvents(base, SecretStr("key"))
        settings = CatalogSettings.model_construct(auth_service_url=base, auth_gateway_key=None)
        accounts = AuthAccounts(settings)
        for module in (events, catalog_accounts):
            monkeypatch.setattr(module, "TIMEOUT_SECONDS", 0.3)
        with pytest.raises(EventNotTaken, match="TimeoutError"):
            await receiver.deliver({"id": "1"})
        with pytest.raises(Unavailable):
            await accounts.standings([uuid4()])
        await receiver.close()
        await accounts.close()
