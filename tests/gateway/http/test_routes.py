"""Which methods and paths are answered, beside GraphQL's own: HEAD wherever GET is, redirects."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import RunningGateway, running_gateway

SAFE = {"x-requested-with": "test"}
PAGE = {"accept": "text/html"}


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/graphql?query=%7Bhello%7D", SAFE),
        ("/graphql?query=%7Bhello%7D", {}),
        ("/graphql?query=%7Bnothing%7D", SAFE),
        ("/graphql", SAFE),
        ("/graphql", PAGE),
        ("/explorer", {}),
        ("/explorer/static/LICENSES.txt", {}),
        ("/health/live", {}),
        ("/health/ready", {}),
        ("/metrics", {}),
        ("/", {}),
    ],
)
async def test_head_is_get_without_the_body(
    gateway: RunningGateway, path: str, headers: dict[str, str]
) -> None:
    got = await gateway.client.get(path, headers=headers)
    head = await gateway.client.head(path, headers=headers)
    assert head.status_code == got.status_code
    assert head.headers.get("content-type") == got.headers.get("content-type")
    assert head.headers.get("cache-control") == got.headers.get("cache-control")


async def test_a_mutation_by_head_changes_nothing(gateway: RunningGateway, shop: Shop) -> None:
    query = {"query": 'mutation { rename(id: "1", name: "x") { id } }'}
    answer = await gateway.client.head("/graphql", params=query, headers=SAFE)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert shop.renamed == []


@pytest.mark.parametrize(
    ("endpoint", "path", "leads_to"),
    [
        ("/graphql", "/", "graphql"),
        ("/api/graphql", "/", "api/graphql"),
        ("/graphql", "/explorer/", "../explorer"),
    ],
)
async def test_redirects_lead_to_the_same_place_whatever_stands_before(
    endpoint: str, path: str, leads_to: str
) -> None:
    settings: dict[str, Any] = {"graphql_path": endpoint}
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
        foreign = await gateway.client.get(path, headers={"host": "evil.test"})
    assert foreign.status_code == 307
    assert foreign.headers["location"] == leads_to


@pytest.mark.parametrize("path", ["/graphql/", "/health/live/", "/metrics/", "/explorer/static"])
async def test_no_other_path_is_answered_or_redirected(gateway: RunningGateway, path: str) -> None:
    answer = await gateway.client.get(path, headers={"host": "evil.test"})
    assert answer.status_code == 404
    assert "location" not in answer.headers
