"""Cross-origin pages: only named origins get a grant."""

from __future__ import annotations

import json

import pytest

from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import running_gateway

BODY = json.dumps({"query": "{ hello }"})
GOOD = "https://app.test"


PREFLIGHT = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type, authorization",
    "access-control-request-private-network": "true",
}
FOREIGN = [
    "https://evil.test",
    "null",
    "https://app.test.evil.test",
    "https://evilapp.test",
    "http://app.test",
    "https://app.test:8443",
    "https://app.test@evil.test",
    "https://app.test, https://evil.test",
    "https://app.test https://evil.test",
    "*",
    "file://",
    "",
]


@pytest.mark.parametrize("credentials", [False, True])
@pytest.mark.parametrize("origin", FOREIGN)
async def test_foreign_origins_get_no_grant(origin: str, credentials: bool) -> None:
    shop = Shop()
    cors = {"origins": [GOOD], "credentials": credentials}
    async with running_gateway(SUPERGRAPH, shop.subgraphs, cors=cors) as gateway:
        answer = await gateway.post(BODY, origin=origin)
        refused = await gateway.post("{", origin=origin)
        preflight = await gateway.client.options(
            "/graphql", headers={"origin": origin, **PREFLIGHT}
        )
        read = await gateway.client.get(
            "/graphql?query=%7Bhello%7D", headers={"origin": origin, "sec-fetch-mode": "cors"}
        )
    assert read.status_code == 400
    for response in (answer, refused, preflight, read):
        granted = [name for name in response.headers if name.startswith("access-control-")]
        assert granted == []
        assert response.headers["vary"] == "origin"


async def test_an_answer_to_no_page_is_not_kept_for_pages() -> None:
    shop = Shop()
    async with running_gateway(SUPERGRAPH, shop.subgraphs, cors={"origins": [GOOD]}) as gateway:
        answer = await gateway.client.get(
            "/graphql", params={"query": "{ hello }"}, headers={"x-requested-with": "x"}
        )
    assert answer.json() == {"data": {"hello": "hello None"}}
    assert answer.headers["vary"] == "origin"


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
    assert "content-length" not in preflight.headers  # RFC 9110, 8.6: 204 has none


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:5173",
        "https://LOCALHOST",
        "http://127.0.0.1:3000",
        "http://127.8.0.1",
        "http://[::1]:8080",
        "http://app.localhost:3000",
    ],
)
async def test_in_development_pages_of_this_machine_may_call(origin: str) -> None:
    fetched = {"sec-fetch-mode": "cors", "sec-fetch-site": "same-site"}
    settings = {"cors": {"origins": [GOOD], "credentials": True}}
    async with running_gateway(SUPERGRAPH, Shop().subgraphs) as gateway:
        answer = await gateway.post(BODY, origin=origin)
        read = await gateway.client.get(
            "/graphql?query=%7Bhello%7D", headers={"origin": origin, **fetched}
        )
        preflight = await gateway.client.options(
            "/graphql",
            headers={"origin": origin, "access-control-request-headers": "content-type"},
        )
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
        beside_others = await gateway.post(BODY, origin=origin)
    for response in (answer, read, preflight, beside_others):
        assert response.headers["access-control-allow-origin"] == origin
        assert "access-control-allow-credentials" not in response.headers
    assert read.json() == {"data": {"hello": "hello None"}}
    assert preflight.headers["access-control-allow-headers"] == "content-type"


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost.evil.test",
        "http://evillocalhost",
        "http://127.0.0.1.evil.test",
        "http://127.0.0.1:3000@evil.test",
        "file://",
        "null",
        "http://192.168.0.5",
    ],
)
async def test_in_development_others_may_not(origin: str) -> None:
    async with running_gateway(SUPERGRAPH, Shop().subgraphs) as gateway:
        answer = await gateway.post(BODY, origin=origin)
    assert "access-control-allow-origin" not in answer.headers


async def test_outside_development_only_named_origins_get_a_grant() -> None:
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, env="staging") as gateway:
        answer = await gateway.post(BODY, origin="http://localhost:5173")
    assert "access-control-allow-origin" not in answer.headers
