"""Trusted documents, and a gateway that answers nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.errors import ConfigurationError
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.gateway.persisted.test_automatic import HELLO, SAFE, ask, digest, named
from tests.gateway.security.tokens import SETTINGS, bearer
from tests.testkit.gateway import codes, running_gateway

RENAME = 'mutation { rename(id: "1", name: "fixed") { name } }'
BY_ID = {"abc": HELLO, digest(RENAME): RENAME}
APOLLO = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": [
        {"id": name, "name": "A", "type": "query", "body": text} for name, text in BY_ID.items()
    ],
}
PREFIXED = {f"sha256:{name}": text for name, text in BY_ID.items()}


def written(folder: Path, content: object) -> Path:
    path = folder / "documents.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def only_trusted(path: Path, explorer: str = "partners") -> dict[str, Any]:
    return {
        **SETTINGS,
        "persisted": {"trusted": path, "only_trusted": True},
        "explorer": explorer,
        "explorer_roles": ["editor"],
    }


@pytest.mark.parametrize("content", [BY_ID, APOLLO, PREFIXED])
async def test_documents_are_asked_by_every_kind_of_name(tmp_path: Path, content: object) -> None:
    settings = only_trusted(written(tmp_path, content))
    shop = Shop()
    async with running_gateway(SUPERGRAPH, shop.subgraphs, **settings) as gateway:
        hello = {"data": {"hello": "hello a"}}
        for name in ("documentId", "doc_id"):
            request: dict[str, Any] = {name: "abc", "variables": {"n": "a"}}
            assert await ask(gateway, request) == hello
        for renaming in (named(RENAME), {"documentId": f"sha256:{digest(RENAME)}"}):
            assert await ask(gateway, renaming) == {"data": {"rename": {"name": "fixed"}}}
        by_get = await gateway.client.get(
            "/graphql", params={"documentId": "abc", "variables": '{"n":"a"}'}, headers=SAFE
        )
        assert by_get.json() == hello
        unknown = await ask(gateway, {"documentId": "nothing"})
    assert codes(unknown) == ["PERSISTED_QUERY_NOT_FOUND"]


@pytest.mark.parametrize("name", ["Hello_1", "aGVsbG8=", digest(HELLO).upper()])
async def test_a_name_in_capitals_is_found_under_every_kind(tmp_path: Path, name: str) -> None:
    settings = only_trusted(written(tmp_path, {name: HELLO}))
    names = {name, name.lower()} if name.lower() == digest(HELLO) else {name}
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
        for sent in names:
            apollo = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sent}}}
            for request in ({"documentId": sent}, {"doc_id": f"sha256:{sent}"}, apollo):
                assert await ask(gateway, request) == {"data": {"hello": "hello None"}}
        other = await ask(gateway, {"documentId": "hello_1"})
    assert codes(other) == ["PERSISTED_QUERY_NOT_FOUND"]


FORMS: list[dict[str, Any]] = [
    {"query": "{ hello }"},
    {"query": HELLO},  # a trusted document's own text
    named(HELLO, query=HELLO),
    {"query": HELLO, "documentId": "abc"},
    {"query": "{ __schema { queryType { name } } }"},
    {"query": "{ __typename }"},
    {"query": ""},
]


@pytest.mark.parametrize("headers", [{}, bearer(), bearer(roles=["customer"])])
async def test_raw_text_is_refused_in_every_form(tmp_path: Path, headers: dict[str, str]) -> None:
    settings = only_trusted(written(tmp_path, BY_ID))
    shop = Shop()
    async with running_gateway(SUPERGRAPH, shop.subgraphs, **settings) as gateway:
        answers = [await ask(gateway, form, **headers) for form in FORMS]
        batch = await gateway.post(json.dumps([*FORMS, {"documentId": "abc"}]), **headers)
        by_get = await gateway.client.get(
            "/graphql", params={"query": HELLO}, headers={**SAFE, **headers}
        )
        by_hash = await ask(gateway, named(HELLO), **headers)
    *refused, trusted = batch.json()
    for answer in [*answers, *refused, by_get.json()]:
        assert codes(answer) == ["PERSISTED_QUERY_ONLY"]
        assert "data" not in answer
    assert trusted == {"data": {"hello": "hello None"}}
    assert codes(by_hash) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert shop.subgraphs.requests() == 1


async def test_who_may_explore_sends_text_that_nobody_else_can_run(tmp_path: Path) -> None:
    settings = only_trusted(written(tmp_path, BY_ID))
    own = "{ hello(name: 5) }".replace("5", '"x"')
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
        explored = await ask(gateway, named(own, query=own), **bearer(roles=["editor"]))
        others = await ask(gateway, named(own))
        in_off_mode = only_trusted(written(tmp_path, BY_ID), explorer="off")
    assert explored == {"data": {"hello": "hello x"}}
    assert codes(others) == ["PERSISTED_QUERY_NOT_FOUND"]
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **in_off_mode) as gateway:
        refused = await ask(gateway, {"query": own}, **bearer(roles=["editor"]))
    assert codes(refused) == ["PERSISTED_QUERY_ONLY"]


async def test_trusted_documents_beside_registered_ones(tmp_path: Path) -> None:
    settings = {"persisted": {"trusted": written(tmp_path, BY_ID)}}
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
        assert await ask(gateway, {"documentId": "abc"}) == {"data": {"hello": "hello None"}}
        assert await ask(gateway, {"query": "{ hello }"}) == {"data": {"hello": "hello None"}}
        await ask(gateway, named("{ hello }", query="{ hello }"))
        assert await ask(gateway, named("{ hello }")) == {"data": {"hello": "hello None"}}


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"query": "{ hello }", "documentId": "abc"}, "PERSISTED_QUERY_HASH_MISMATCH"),
        ({"query": "{ hello }", "doc_id": digest(RENAME)}, "PERSISTED_QUERY_HASH_MISMATCH"),
        ({"query": "{ hello }", "documentId": "unknown"}, "PERSISTED_QUERY_HASH_MISMATCH"),
        ({"documentId": "abc", "doc_id": digest(RENAME)}, "BAD_USER_INPUT"),
        ({"documentId": "abc", **named(RENAME)}, "BAD_USER_INPUT"),
    ],
)
async def test_a_request_names_one_document(
    tmp_path: Path, request_: dict[str, Any], code: str
) -> None:
    settings = {"persisted": {"trusted": written(tmp_path, BY_ID)}}
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
        for _ in range(3):  # also once the document is known
            await ask(gateway, {"query": "{ hello }"})
            assert codes(await ask(gateway, request_)) == [code]
        consistent = {"query": HELLO, "documentId": "abc"}
        assert await ask(gateway, consistent) == {"data": {"hello": "hello None"}}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{", "is not JSON"),
        ([], "must be an object"),
        ({}, "holds no documents"),
        ({"abc": 5}, "'abc' has no text"),
        ({"abc": " "}, "'abc' has no text"),
        ({"operations": [5]}, "must be objects"),
        ({"operations": {"abc": HELLO}}, "must be a list"),
        ({"operations": [{"id": "a", "body": HELLO}, {"id": "a", "body": RENAME}]}, "two texts"),
        ({f"sha256:{'AB' * 32}": HELLO, "ab" * 32: RENAME}, "two texts"),
        ('{"abc": "{ hello }", "abc": "{ __typename }"}', "'abc' comes twice"),
        ({"operations": [{"id": "abc"}]}, "'abc' has no text"),
        (None, "does not exist"),
    ],
)
async def test_a_file_that_does_not_do_is_refused_at_start(
    tmp_path: Path, content: object, fault: str
) -> None:
    path = tmp_path / "absent" if content is None else written(tmp_path, content)
    settings = {"persisted": {"trusted": path}}
    with pytest.raises(ConfigurationError, match=f"PERSISTED__TRUSTED: .*{fault}"):
        async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings):
            pass
