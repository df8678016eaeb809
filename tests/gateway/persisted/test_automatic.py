"""Automatic persisted queries as Apollo Client and urql send them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from gateway.persisted import MemoryStore
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import RunningGateway, codes, running_gateway

HELLO = "query ($n: String) { hello(name: $n) }"
SAFE = {"x-requested-with": "test"}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def named(text: str, **parameters: Any) -> dict[str, Any]:
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}
    return {"extensions": extensions, **parameters}


async def ask(gateway: RunningGateway, request: dict[str, Any], **headers: str) -> Any:
    response = await gateway.post(json.dumps(request), **headers)
    return response.json()


async def test_a_document_is_registered_and_then_asked_by_its_hash(gateway: RunningGateway) -> None:
    unknown = await ask(gateway, named(HELLO))
    assert codes(unknown) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert unknown["errors"][0]["message"] == "PersistedQueryNotFound"
    registered = await ask(gateway, named(HELLO, query=HELLO, variables={"n": "a"}))
    assert registered == {"data": {"hello": "hello a"}}
    assert await ask(gateway, named(HELLO, variables={"n": "b"})) == {"data": {"hello": "hello b"}}
    by_get = await gateway.client.get(
        "/graphql",
        params={"extensions": json.dumps(named(HELLO)["extensions"]), "variables": '{"n":"c"}'},
        headers=SAFE,
    )
    assert by_get.json() == {"data": {"hello": "hello c"}}


async def test_no_cache_keeps_that_a_document_is_unknown(gateway: RunningGateway) -> None:
    """It is 200 to who accepts application/json, which caches may keep (RFC 9111, 4.2.2)."""
    parameters = {"extensions": json.dumps(named(HELLO)["extensions"])}
    unknown = await gateway.client.get("/graphql", params=parameters, headers=SAFE)
    assert codes(unknown.json()) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert unknown.headers["cache-control"] == "no-store"
    await ask(gateway, named(HELLO, query=HELLO))
    found = await gateway.client.get("/graphql", params=parameters, headers=SAFE)
    assert found.json() == {"data": {"hello": "hello None"}}
    assert "cache-control" not in found.headers


async def test_the_operations_of_a_batch_are_looked_up_one_by_one(gateway: RunningGateway) -> None:
    await ask(gateway, named(HELLO, query=HELLO))
    response = await gateway.post(
        json.dumps([named(HELLO, variables={"n": "a"}), named("{ other }"), {"query": "{ hello }"}])
    )
    first, second, third = response.json()
    assert first == {"data": {"hello": "hello a"}}
    assert codes(second) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert third == {"data": {"hello": "hello None"}}


async def test_a_wrong_hash_runs_and_stores_nothing(gateway: RunningGateway, shop: Shop) -> None:
    wrong = {**named("{ hello }"), "query": HELLO}
    assert codes(await ask(gateway, wrong)) == ["PERSISTED_QUERY_HASH_MISMATCH"]
    assert shop.subgraphs.requests() == 0
    assert codes(await ask(gateway, named("{ hello }"))) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert codes(await ask(gateway, named(HELLO))) == ["PERSISTED_QUERY_NOT_FOUND"]


@pytest.mark.parametrize(
    "text",
    [
        "{ nothing }",  # does not fit the schema: junk must not push out what is good
        "{",
        'mutation { rename(id: "1", name: "secret") { id } }',  # a password may stand there
    ],
)
async def test_what_is_never_stored(gateway: RunningGateway, text: str) -> None:
    await ask(gateway, named(text, query=text))
    assert codes(await ask(gateway, named(text))) == ["PERSISTED_QUERY_NOT_FOUND"]


@pytest.mark.parametrize(
    "said",
    [
        {"version": 2, "sha256Hash": digest(HELLO)},
        {"version": True, "sha256Hash": digest(HELLO)},
        {"version": None, "sha256Hash": digest(HELLO)},
        {"version": 1},
        {"version": 1, "sha256Hash": 5},
        "hash",
        ["hash"],
    ],
)
async def test_a_malformed_name_is_bad_user_input(gateway: RunningGateway, said: Any) -> None:
    for request in (
        {"extensions": {"persistedQuery": said}},
        {"query": HELLO, "extensions": {"persistedQuery": said}},
    ):
        assert codes(await ask(gateway, request)) == ["BAD_USER_INPUT"]


async def test_a_mutation_by_its_hash_needs_post(gateway: RunningGateway, shop: Shop) -> None:
    rename = "mutation ($n: String!) { rename(id: 1, name: $n) { name } }"
    variables = {"n": "a"}
    await ask(gateway, named(rename, query=rename, variables=variables))
    renamed = await ask(gateway, named(rename, variables={"n": "b"}))
    assert renamed == {"data": {"rename": {"name": "b"}}}
    by_get = await gateway.client.get(
        "/graphql",
        params={
            "extensions": json.dumps(named(rename)["extensions"]),
            "variables": json.dumps({"n": "c"}),
        },
        headers=SAFE,
    )
    assert by_get.status_code == 405
    assert shop.renamed == ["a", "b"]


async def test_switched_off_clients_are_told_to_stop() -> None:
    settings = {"persisted": {"automatic": False}}
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
        answer = await ask(gateway, named(HELLO))
        with_text = await ask(gateway, named(HELLO, query=HELLO, variables={"n": "a"}))
        again = await ask(gateway, named(HELLO))
    for told in (answer, again):
        assert codes(told) == ["PERSISTED_QUERY_NOT_SUPPORTED"]
        assert told["errors"][0]["message"] == "PersistedQueryNotSupported"
    assert with_text == {"data": {"hello": "hello a"}}


async def test_the_store_is_bounded_by_entries_and_by_size() -> None:
    settings = {"persisted": {"entries": 3, "bytes": 1_000}}
    texts = [f"query Q{n} {{ hello }}" for n in range(6)]
    huge = "query Huge { hello } #" + "x" * 400
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
        for text in [*texts, huge]:
            assert "data" in await ask(gateway, named(text, query=text))
        found = ["data" in await ask(gateway, named(text)) for text in [*texts, huge]]
    assert found == [False, False, False, True, True, True, False]


async def test_a_million_documents_leave_a_bounded_store() -> None:
    """First by their number, then by their size."""
    few, small = MemoryStore(1_000, 50_000), MemoryStore(1_000, 50_000)
    for number in range(1_000_000):
        await few.put(str(number), "{ field }")
    assert len(few) == 1_000
    for number in range(10_000):
        await small.put(str(number), "x" * 1_000)
    assert len(small) <= 50
    assert [await small.get(str(number)) for number in (0, 9_999)] == [None, "x" * 1_000]


async def test_what_clients_register_pushes_out_what_others_did_and_no_more() -> None:
    settings = {"persisted": {"entries": 50}}
    texts = [f"query Q{number} {{ hello }}" for number in range(400)]
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
        for text in texts:
            assert "data" in await ask(gateway, named(text, query=text))
        found = ["data" in await ask(gateway, named(text)) for text in texts]
    assert found == [False] * 350 + [True] * 50


async def test_a_batch_of_unknown_names_is_200_so_that_clients_read_it(
    gateway: RunningGateway,
) -> None:
    """Apollo's mobile clients read no other status of a batch, and would never send the texts."""
    unknown = [named("{ hello # one }\n}"), named("{ hello # two }\n}")]
    response = await gateway.post(json.dumps(unknown))
    assert response.status_code == 200
    assert [codes(item) for item in response.json()] == [["PERSISTED_QUERY_NOT_FOUND"]] * 2
