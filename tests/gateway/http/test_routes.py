"""Which methods and paths are answered, beside GraphQL's own: HEAD wherever GET is, redirects."""

from __future__ import annotations

import hashlib
import json
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


HELLO = "{hello}"
HASH = hashlib.sha256(HELLO.encode()).hexdigest()
PERSISTED = json.dumps({"persistedQuery": {"version": 1, "sha256Hash": HASH}})
BROWSERS = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
JAVAS = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"


@pytest.mark.parametrize("accept", ["text/html, application/json", BROWSERS, JAVAS])
@pytest.mark.parametrize(
    "named",
    [{"query": HELLO}, {"extensions": PERSISTED}, {"documentId": f"sha256:{HASH}"}],
)
async def test_who_names_an_operation_gets_its_answer_and_no_page(
    gateway: RunningGateway, accept: str, named: dict[str, str]
) -> None:
    await gateway.ask(HELLO, extensions=json.loads(PERSISTED))
    headers = {"accept": accept, **SAFE}
    answer = await gateway.client.get("/graphql", params=named, headers=headers)
    assert answer.json() == {"data": {"hello": "hello None"}}


async def test_a_name_is_read_as_query_strings_are(gateway: RunningGateway) -> None:
    headers = {**PAGE, "accept": BROWSERS, **SAFE}
    answer = await gateway.client.get("/graphql?%71uery=%7Bhello%7D", headers=headers)
    assert answer.json() == {"data": {"hello": "hello None"}}
    for none in ("operationName=A", "variables=query%3D", "subquery=%7Bhello%7D", ""):
        page = await gateway.client.get(f"/graphql?{none}", headers=headers)
        assert page.headers["content-type"].startswith("text/html"), none


@pytest.mark.parametrize(
    ("accept", "gets"),
    [
        (BROWSERS, "text/html"),
        (JAVAS, "text/html"),
        ("text/html;q=0.5, */*;q=0.1", "text/html"),
        ("text/html, application/json", "text/html"),
        ("Text/HTML", "text/html"),
        ("text/htmlx, */*", "application/json"),
        ("application/json, text/html;q=0.5", "application/json"),
        ("application/graphql-response+json, text/html;q=0.9", "application/graphql-response+json"),
        ("text/html;q=0, */*", "application/json"),
        ("text/html;q=0", "application/json"),
        ("application/*, text/html;q=0.1", "application/json"),
        ("text/*, application/json;q=0.1", "application/json"),
    ],
)
async def test_the_page_is_for_who_would_rather_have_it_than_json(
    gateway: RunningGateway, accept: str, gets: str
) -> None:
    answer = await gateway.client.get("/graphql", headers={"accept": accept, **SAFE})
    assert answer.headers["content-type"].partition(";")[0] == gets


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
