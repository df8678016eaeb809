"""Generated operations with faults: fields that fail or are null, fetches that fail, null keys."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

import pytest

from gateway.subgraphs.protocol import SubgraphUnreachable
from tests.gateway.differential.cases import CASES
from tests.testkit.differential import FederatedWorld, report, shortfall
from tests.testkit.generator import Generated, OperationGenerator

SEED = int(os.environ.get("EST_SEED", "0"))
OPERATIONS = 15
BLOCKS = [(case, SEED + 5_000 + block) for case in CASES for block in range(2)]


def breakable(federated: FederatedWorld, place: tuple[str, str]) -> bool:
    """Fields whose failure the oracle can tell: no keys, nothing that others require."""
    return not any(
        place[1] in sdl.required_fields | sdl.nested_key_fields for sdl in federated.sdls.values()
    )


def nullable(federated: FederatedWorld, place: tuple[str, str]) -> bool:
    keys = {name for sdl in federated.sdls.values() for name in sdl.nested_key_fields}
    return federated.world.is_nullable(*place) and place[1] not in keys


@pytest.mark.parametrize("fault", ["broken", "nulls"])
@pytest.mark.parametrize(("case", "seed"), BLOCKS)
async def test_each_field_of_an_operation_broken_or_null(case: str, seed: int, fault: str) -> None:
    federated = FederatedWorld(CASES[case], seed)
    world = federated.world
    chooses: Callable[..., bool] = breakable if fault == "broken" else nullable
    generator = OperationGenerator(federated.supergraph.api_schema, seed, size=12)
    dice = random.Random(seed)
    for number in range(OPERATIONS):
        generated = generator.query()
        world.touched.clear()
        federated.expect(generated)
        places = [p for p in sorted(world.touched) if chooses(federated, p)]
        for place in dice.sample(places, min(3, len(places))):
            setattr(world, fault, {place})
            if wrong := await federated.check(generated):
                about = f"{case}, seed {seed}, operation {number}, {fault} {place}"
                pytest.fail(await report(federated, generated, federated.check, about, wrong))
        setattr(world, fault, set())


@pytest.mark.parametrize(("case", "seed"), BLOCKS)
async def test_each_fetch_of_an_operation_failing(case: str, seed: int) -> None:
    federated = FederatedWorld(CASES[case], seed)
    generator = OperationGenerator(federated.supergraph.api_schema, seed + 1, size=12)
    for number in range(OPERATIONS):
        generated = generator.query()
        federated.forget()
        await federated.ask(generated)
        for failing in range(federated.subgraphs.requests()):
            check = _failing_request(federated, failing)
            if wrong := await check(generated):
                about = f"{case}, seed {seed}, operation {number}, request {failing} fails"
                pytest.fail(await report(federated, generated, check, about, wrong))


def _failing_request(federated: FederatedWorld, failing: int) -> Any:
    async def check(generated: Generated) -> str | None:
        federated.forget()
        whole = federated.expect(generated)
        handlers = dict(federated.subgraphs.handlers)

        def handler(name: str) -> Any:
            def answer(body: dict[str, Any]) -> Any:
                if federated.subgraphs.requests() == failing + 1:
                    raise SubgraphUnreachable("killed")
                return handlers[name](body)

            return answer

        federated.subgraphs.handlers = {name: handler(name) for name in handlers}
        try:
            got = await federated.ask(generated)
        finally:
            federated.subgraphs.handlers = handlers
        wrong = shortfall(got, whole)
        return f"fault: {federated.faults[0]}" if federated.faults else wrong

    return check


NULL_KEYS = {
    "here": """
      type Query { things: [Thing!] thing: Thing }
      type Thing @key(fields: "ref") { ref: ID name: String parent: Thing }
    """,
    "there": """
      type Query { others: [Thing] }
      type Thing @key(fields: "ref") { ref: ID size: Int weight: Int! next: Thing }
    """,
}


async def test_each_key_null_leaves_nulls_and_never_the_data_of_another() -> None:
    link = CASES["shop"]["accounts"].partition("type Query")[0]
    federated = FederatedWorld({name: link + sdl for name, sdl in NULL_KEYS.items()}, SEED)
    generator = OperationGenerator(federated.supergraph.api_schema, SEED)
    for _ in range(OPERATIONS):
        generated = generator.query()
        federated.world.nulls = set()
        whole = federated.expect(generated)
        federated.world.nulls = {("Thing", "ref")}
        federated.forget()
        got = await federated.ask(generated)
        assert federated.faults == []
        assert all(code == "INTERNAL" for _, code in got.errors)
        assert "contradicts" not in str(shortfall(got, whole))
        entity_requests = [s for s in federated.subgraphs.log if "_entities(" in s.query]
        assert entity_requests == []


REQUIRED_BELOW = {
    "shelves": """
      type Query { book: Book books: [Book] }
      type Book @key(fields: "id") { id: ID! owner: User }
      type User @key(fields: "id") { id: ID! }
    """,
    "users": """
      type User @key(fields: "id") { id: ID! name: String }
    """,
    "letters": """
      type Book @key(fields: "id") {
        id: ID! owner: User @external greeting: String @requires(fields: "owner { name }")
      }
      type User @key(fields: "id") { id: ID! name: String @external }
    """,
    "prints": """
      type Book @key(fields: "id") {
        id: ID! greeting: String @external print: String @requires(fields: "greeting")
      }
    """,
}
_LATER = {"id": "1", "owner": {"id": "7"}}


def _books(_body: Any) -> Any:
    others = [{"id": "2", "owner": {"id": "8"}}, {"id": "3", "owner": None}]
    return {"data": {"book": _LATER, "books": [_LATER, *others]}}


def _no_user_7(body: Any) -> Any:
    asked = [each["id"] for each in body["variables"]["representations"]]
    errors = [
        {"message": "No user.", "path": ["_entities", n], "extensions": {"code": "NOT_FOUND"}}
        for n, id_ in enumerate(asked)
        if id_ == "7"
    ]
    return {"data": {"_entities": [None if id_ == "7" else {} for id_ in asked]}, "errors": errors}


@pytest.mark.parametrize(
    ("query", "users", "places"),
    [
        ("{ book { owner { name } greeting } }", None, {"book.owner", "book"}),
        ("{ book { owner { name } print } }", None, {"book.owner", "book"}),
        ("{ book { greeting } }", None, {"book"}),
        ("{ books { owner { name } greeting } }", None, {"books"}),
        ("{ book { owner { name } greeting } }", _no_user_7, {"book.owner", "book"}),
        ("{ books { owner { name } greeting } }", _no_user_7, {"books.0.owner", "books.0"}),
    ],
)
async def test_what_a_failure_keeps_from_being_asked_has_an_error_too(
    query: str, users: Any, places: set[str]
) -> None:
    """Null without one would say that there is no greeting."""
    link = CASES["shop"]["accounts"].partition("type Query")[0]
    federated = FederatedWorld({name: link + sdl for name, sdl in REQUIRED_BELOW.items()})
    federated.subgraphs.handlers = {"shelves": _books, "letters": _greeting, "prints": _greeting}
    if users is not None:
        federated.subgraphs.handlers["users"] = users
    got = await federated.ask(Generated(query, {}))
    assert {".".join(map(str, path)) for path, _ in got.errors} == places
    codes = {code for _, code in got.errors}
    assert codes == ({"UNAVAILABLE"} if users is None else {"INTERNAL"})


def _greeting(body: Any) -> Any:
    return {"data": {"_entities": [{} for _ in body["variables"]["representations"]]}}
