"""Cross-origin pages: only named origins get a grant."""

from __future__ import annotations

import json

import pytest

from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import running_gateway

BODY = json.dumps({"query": "{ hello }"})
GOOD = "https://app.test"


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "https://app.test.evil.test"])
async def test_foreign_origins_get_no_grant(origin: str) -> None:
    shop = Shop()
    async with running_gateway(SUPERGRAPH, shop.subgraphs, cors={"origins": [GOOD]}) as gateway:
        answer = await gateway.post(BODY, origin=origin)
        preflight = await gateway.client.options("/graphql", headers={"origin": origin})
    for response in (answer, preflight):
        granted = [name for name in response.headers if name.startswith("access-control-")]
        assert granted == []
        assert response.headers["vary"] == "origin"


async def test_without_origins_nobody_gets_one() -> None:
    shop = Shop()
    async with running_gateway(SUPERGRAPH, shop.subgraphs) as gateway:
        answer = await gateway.post(BODY, origin=GOOD)
    assert "access-control-allow-origin" not in answer.headers


async def test_a_named_origin_gets_its_grant() -> None:
    shop = Shop()
    settings = {"cors": {"origins": [GOOD], "credentials": True}}
    async with running_gateway(SUPERGRAPH, shop.subgraphs, **settings) as gateway:
        answer = await gateway.post(BODY, origin=GOOD)
        preflight = await gateway.client.options(
            "/graphql",
            headers={
                "origin": GOOD,
                "access-control-request-method": "POST",
                "access-control-request-headers": "content-type, authorization",
            },
        )
    assert answer.headers["access-control-allow-origin"] == GOOD
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-headers"] == "content-type, authorization"
    assert "POST" in preflight.headers["access-control-allow-methods"]
