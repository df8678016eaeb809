"""Arguments from contexts: one request however values differ, nothing asked without a value."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.pipeline import answer, answer_batch
from gateway.request.graphql_request import GraphQLRequest
from tests.testkit.differential import FederatedWorld
from tests.testkit.subgraphs import Body, make_context

_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
    'import: ["@key", "@context", "@fromContext", "@external"])\n'
)
PAGES = """
type Page @key(fields: "id") @context(name: "page") {
  id: ID!
  locale: String @external
  parts: [Part!]!
}
type Part @key(fields: "id") {
  id: ID!
  size: Int
  text(locale: String! @fromContext(field: "$page { locale }"), long: Boolean): String
}
"""
LOCALES = """
type Query { pages(at: Int): [Page!] }
type Page @key(fields: "id") { id: ID! locale: String }
"""


def federated(seed: int = 2) -> FederatedWorld:
    return FederatedWorld({"locales": _LINK + LOCALES, "pages": _LINK + PAGES}, seed)


async def ask(world: FederatedWorld, query: str, **values: Any) -> Any:
    found = await answer(GraphQLRequest(query, None, values), world.runtime, make_context())
    return json.loads(found.to_json())


def texts(answered: Any) -> list[Any]:
    return [part["text"] for page in answered["data"]["pages"] for part in page["parts"]]


def sent_texts(world: FederatedWorld) -> list[dict[str, Any]]:
    return [sent.variables for sent in world.subgraphs.log if "text" in sent.query]


async def test_values_that_differ_leave_as_one_request() -> None:
    world = federated()
    answered = await ask(world, "{ pages { parts { text size } } }")
    assert all(texts(answered))
    [variables] = sent_texts(world)
    locales = {value for name, value in variables.items() if name.startswith("context")}
    assert len(locales) > 1


async def test_names_of_the_client_are_left_alone() -> None:
    world = federated()
    query = """query($context0: Boolean, $context0_0: Boolean, $representations_1: Int) {
      pages(at: $representations_1) { parts { text(long: $context0) o: text(long: $context0_0) } }
    }"""
    given = {"context0": True, "context0_0": False, "representations_1": 1}
    answered = await ask(world, query, **given)
    plain = "{ pages(at: 1) { parts { text(long: true) o: text(long: false) } } }"
    assert answered == await ask(world, plain)
    assert "errors" not in answered
    assert world.faults == []


async def test_null_for_a_required_argument_asks_nothing() -> None:
    world = federated()
    world.world.nulls.add(("Page", "locale"))
    answered = await ask(world, "{ pages { parts { text size } } }")
    assert "errors" not in answered
    assert set(texts(answered)) == {None}
    assert sent_texts(world) == []


async def test_a_value_that_could_not_be_fetched_suppresses_the_field_and_is_told() -> None:
    world = federated()
    locales = world.handlers["locales"]

    def failing(body: Body) -> Any:
        found = locales(body)
        for page in found["data"]["pages"]:
            del page["locale"]
        error = {"message": "down", "path": ["pages"], "extensions": {"code": "UNAVAILABLE"}}
        return {**found, "errors": [error]}

    world.subgraphs.handlers["locales"] = failing
    answered = await ask(world, "{ pages { parts { text size } } }")
    assert set(texts(answered)) == {None}
    assert [error["extensions"]["code"] for error in answered["errors"]] == ["UNAVAILABLE"]
    assert sent_texts(world) == []


async def test_a_group_without_values_is_left_out_of_the_document() -> None:
    world = federated()
    query = """query($on: Boolean!, $long: Boolean) {
      pages { parts { text } }
      p: pages { parts { size s: text(long: $long) @include(if: $on) } }
    }"""
    answered = await ask(world, query, on=False, long=True)
    assert all(texts(answered))
    assert world.faults == []
    [variables] = sent_texts(world)
    assert not any(name.startswith(("r1", "context1")) for name in variables)


@pytest.mark.parametrize("ats", [(1, 1), (1, 2), (0, 1, 1, 3)])
async def test_a_batch_is_answered_as_its_operations_alone(ats: tuple[int, ...]) -> None:
    world = federated()
    query = "query($at: Int) { pages(at: $at) { parts { text size } } }"
    alone = [await ask(world, query, at=at) for at in ats]
    world.forget()
    requests = [GraphQLRequest(query, None, {"at": at}) for at in ats]
    together = await answer_batch(requests, world.runtime, make_context())
    assert [json.loads(found.to_json()) for found in together] == alone
    assert len(sent_texts(world)) <= len(set(ats))


async def test_errors_stand_at_the_objects_that_were_asked_for() -> None:
    world = federated()
    world.world.broken.add(("Part", "text"))
    query = "{ pages { parts { text size } } }"
    answered = await ask(world, query)
    assert answered["data"]["pages"]
    places = sorted(tuple(error["path"]) for error in answered["errors"])
    expected = sorted(
        ("pages", page, "parts", part, "text")
        for page, found in enumerate(answered["data"]["pages"])
        for part in range(len(found["parts"]))
    )
    assert places == expected
