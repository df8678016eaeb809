"""Rates per client and per user."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared import optional_store
from shared.limits import attempts
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.gateway.security.tokens import SETTINGS, bearer
from tests.testkit.gateway import RunningGateway, codes, running_gateway

BODY = json.dumps({"query": "{ hello }"})
DAY = {"seconds": 86_400}  # no test crosses the edge of a window
PROXIED = {"trusted_proxies": ["127.0.0.0/8"]}


async def statuses(gateway: RunningGateway, times: int, **headers: str) -> list[int]:
    return [(await gateway.post(BODY, **headers)).status_code for _ in range(times)]


async def test_a_client_is_counted_by_its_address() -> None:
    shop = Shop()
    async with running_gateway(
        SUPERGRAPH, shop.subgraphs, rate={"per_client": 5, **DAY}, **PROXIED
    ) as gateway:
        first = await statuses(gateway, 7, x_forwarded_for="192.0.2.1")
        other = await statuses(gateway, 3, x_forwarded_for="192.0.2.2")
        refused = await gateway.post(BODY, x_forwarded_for="192.0.2.1")
    assert first == [200] * 5 + [429] * 2
    assert other == [200] * 3
    assert codes(refused.json()) == ["RATE_LIMITED"]
    seconds = refused.json()["errors"][0]["extensions"]["retryAfter"]
    assert 1 <= seconds <= 2 * 86_400
    assert refused.headers["retry-after"] == str(seconds)
    assert shop.subgraphs.requests() == 8


async def test_addresses_of_one_ipv6_site_are_one_client() -> None:
    async with running_gateway(
        SUPERGRAPH, Shop().subgraphs, rate={"per_client": 2, **DAY}, **PROXIED
    ) as gateway:
        found = [
            (await statuses(gateway, 1, x_forwarded_for=f"2001:db8::{number}"))[0]
            for number in range(1, 4)
        ]
    assert found == [200, 200, 429]


async def test_a_batch_counts_each_of_its_operations() -> None:
    shop = Shop()
    async with running_gateway(
        SUPERGRAPH, shop.subgraphs, rate={"per_client": 5, **DAY}
    ) as gateway:
        three = f"[{BODY},{BODY},{BODY}]"
        first = await gateway.post(three)
        second = await gateway.post(three)
        single = await gateway.post(BODY)
    assert (first.status_code, second.status_code, single.status_code) == (200, 429, 200)
    assert [codes(item) for item in second.json()] == [["RATE_LIMITED"]] * 3


async def test_a_user_is_counted_from_everywhere() -> None:
    settings: dict[str, Any] = {**SETTINGS, **PROXIED, "rate": {"per_user": 3, **DAY}}
    token = bearer()
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
        own = [
            (await statuses(gateway, 1, x_forwarded_for=f"192.0.2.{number}", **token))[0]
            for number in range(5)
        ]
        others = await statuses(gateway, 5, **bearer(sub="somebody-else", jti="2"))
        anonymous = await statuses(gateway, 5)
    assert own == [200] * 3 + [429] * 2
    assert others == [200] * 3 + [429] * 2
    assert anonymous == [200] * 5


async def test_trying_tokens_is_counted() -> None:
    settings: dict[str, Any] = {**SETTINGS, "rate": {"per_client": 3, **DAY}}
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
        tried = await statuses(gateway, 5, authorization="Bearer x.y.z")
    assert tried == [401] * 3 + [429] * 2


@pytest.mark.parametrize(
    "body", ["{", "[]", '{"query": 5}', '[["nested"]]', "[1]", '{"a":1,"a":2}', " " * 2_000_000]
)
async def test_what_cannot_be_read_is_counted(body: str) -> None:
    async with running_gateway(
        SUPERGRAPH, Shop().subgraphs, rate={"per_client": 3, **DAY}, **PROXIED
    ) as gateway:
        address = {"x_forwarded_for": "192.0.2.1"}
        tried = [await gateway.post(body, **address) for _ in range(5)]
        after = await statuses(gateway, 1, **address)
        others = await statuses(gateway, 1, x_forwarded_for="192.0.2.2")
    first = 413 if len(body) > 1_000_000 else 400
    assert [response.status_code for response in tried] == [first] * 3 + [429] * 2
    assert tried[-1].headers.get("connection") == tried[0].headers.get("connection")
    assert int(tried[-1].headers["retry-after"]) >= 1
    assert (after, others) == ([429], [200])


@pytest.mark.parametrize(
    "head",
    [
        {"accept": "image/png"},
        {"accept": "text/event-stream"},
        {"upgrade": "websocket"},
        {"content-type": "text/plain"},
        {"method": "PUT"},
        {"method": "GET"},
    ],
)
async def test_what_a_guard_refuses_is_counted(head: dict[str, str]) -> None:
    headers = {"content-type": "application/json", **head}
    method = headers.pop("method", "POST")
    async with running_gateway(
        SUPERGRAPH, Shop().subgraphs, rate={"per_client": 3, **DAY}
    ) as gateway:
        tried = [
            (await gateway.client.request(method, "/graphql", headers=headers)).status_code
            for _ in range(5)
        ]
    assert 429 not in tried[:3]
    assert tried[3:] == [429] * 2


@pytest.mark.parametrize("path", ["/explorer", "/graphql", "/explorer/static/LICENSES.txt"])
async def test_the_explorers_page_and_files_are_counted_apart(path: str) -> None:
    async with running_gateway(
        SUPERGRAPH, Shop().subgraphs, rate={"per_client": 120, **DAY}, **PROXIED
    ) as gateway:

        async def look(address: str) -> int:
            headers = {"accept": "text/html", "x-forwarded-for": address}
            return (await gateway.client.get(path, headers=headers)).status_code

        looked = [await look("192.0.2.1") for _ in range(122)]
        refused = await gateway.client.head(
            path, headers={"accept": "text/html", "x-forwarded-for": "192.0.2.1"}
        )
        asked = await statuses(gateway, 120, x_forwarded_for="192.0.2.1")
        others = await look("192.0.2.2")
        probe = await gateway.client.get("/health/live", headers={"x-forwarded-for": "192.0.2.1"})
    assert looked == [200] * 120 + [429] * 2
    assert int(refused.headers["retry-after"]) >= 1
    assert asked == [200] * 120
    assert (others, probe.status_code) == (200, 200)


async def test_however_few_operations_there_may_be_the_page_can_be_opened() -> None:
    async with running_gateway(
        SUPERGRAPH, Shop().subgraphs, rate={"per_client": 1, **DAY}
    ) as gateway:
        looked = [(await gateway.client.get("/explorer")).status_code for _ in range(101)]
    assert looked == [200] * 100 + [429]


async def test_gateways_count_together_in_redis(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in attempts.TIMEOUTS:  # no busy machine's Redis is taken for one that is away
        monkeypatch.setitem(attempts.TIMEOUTS, name, 60.0)
    monkeypatch.setattr(optional_store, "SLOW_SECONDS", 60.0)
    settings: dict[str, Any] = {
        "rate": {"per_client": 3, **DAY},
        "limits_url": redis_url,
        **PROXIED,
    }
    async with (
        running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as one,
        running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as two,
    ):
        at_one = await statuses(one, 2, x_forwarded_for="198.51.100.7")
        at_two = await statuses(two, 3, x_forwarded_for="198.51.100.7")
    assert at_one == [200, 200]
    assert at_two == [200, 429, 429]


@pytest.mark.parametrize("body", [BODY, "{"])
async def test_answers_confine_whoever_shows_them_as_a_page(
    gateway: RunningGateway, body: str
) -> None:
    headers = (await gateway.post(body)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["referrer-policy"] == "no-referrer"
