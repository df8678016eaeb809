"""Faults 80 and 82: what a subgraph may send in place of the entities that it was asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gateway.composition import SubgraphSource, compose
from gateway.config.settings import GatewaySettings
from gateway.http.app import create_app
from tests.testkit.raw_server import raw_server, whole

LINK = '@link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])'
LIBRARY = f"""
extend schema {LINK}
type Query {{ books: [Book] }}
type Book @key(fields: "id") {{ id: ID! title: String }}
"""
STARS = f"""
extend schema {LINK}
type Query {{ top: Int }}
type Book @key(fields: "id") {{ id: ID! stars: Int! maker: Maker! }}
type Maker {{ name: String! }}
"""
BOOKS = {"data": {"books": [{"__typename": "Book", "id": n, "title": n} for n in ("1", "2", "3")]}}
QUERY = "{ books { id title stars maker { name } } }"


def entity(number: int, **more: Any) -> dict[str, Any]:
    return {"__typename": "Book", "stars": number, "maker": {"name": f"m{number}"}, **more}


def named(number: int) -> dict[str, Any]:
    return entity(number, id=str(number))


async def ask(folder: Path, reply: Any) -> dict[str, Any]:
    """The gateway's answer where the stars subgraph answers ``reply``."""
    async with (
        raw_server(whole(json.dumps(BOOKS).encode())) as library,
        raw_server(whole(json.dumps(reply).encode())) as stars,
    ):
        composed = compose(
            [
                SubgraphSource("library", library.url, LIBRARY),
                SubgraphSource("stars", stars.url, STARS),
            ]
        )
        file = folder / "supergraph.graphql"
        file.write_text(composed.supergraph_sdl)
        app = create_app(GatewaySettings(supergraph=str(file), supergraph_poll_seconds=0))
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=app), base_url="http://gateway.test"
            ) as client,
        ):
            answer = await client.post("/graphql", json={"query": QUERY})
            assert answer.status_code == 200
            told: dict[str, Any] = answer.json()
            return told


def data(*entities: Any) -> dict[str, Any]:
    return {"data": {"_entities": list(entities)}}


MALFORMED = {
    "numbers": data(1, 2, 3),
    "text": data("a", "b", "c"),
    "lists": data([], [entity(2)], []),
    "booleans": data(True, False, True),
    "one that is none": data(entity(1), 7, entity(3)),
    "another type": data(entity(1), entity(2, __typename="Maker"), entity(3)),
    "a type that nobody knows": data(entity(1), entity(2, __typename="Ghost"), entity(3)),
    "a type that is no name": data(entity(1), entity(2, __typename=5), entity(3)),
    "out of order": data(named(3), named(1), named(2)),
    "two changed places": data(named(2), named(1), named(3)),
    "one twice": data(named(1), named(1), named(3)),
    "too few": data(entity(1), entity(2)),
    "too many": data(entity(1), entity(2), entity(3), entity(4)),
    "none": data(),
    "no list": {"data": {"_entities": entity(1)}},
    "a text for the list": {"data": {"_entities": "all of them"}},
    "another field": {"data": {"entities": [entity(1), entity(2), entity(3)]}},
    "null for the list": {"data": {"_entities": None}},
    "empty data": {"data": {}},
    "an object for a number": data(entity(1), entity(2, stars={"a": 1}), entity(3)),
    "a list for an object": data(entity(1), entity(2, maker=[]), entity(3)),
    "a field left out": data(entity(1), {"__typename": "Book", "stars": 2}, entity(3)),
    "everything left out": data({}, {}, {}),
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_82_malformed_entities_are_told_and_never_mixed_up(tmp_path: Path, name: str) -> None:
    answer = await ask(tmp_path, MALFORMED[name])
    books = answer["data"]["books"]
    errors = answer.get("errors", [])
    assert errors
    assert len(books) == 3
    for index, book in enumerate(books):
        if book is not None:  # whole, and its own
            number = index + 1
            assert book == {
                "id": str(number), "title": str(number), "stars": number,
                "maker": {"name": f"m{number}"},
            }  # fmt: skip
            continue
        paths = [tuple(error.get("path", ())) for error in errors]
        where = ("books", index)
        assert any(path[:2] == where or path == where[:1] for path in paths), (index, paths)
    assert len(errors) <= 3


@pytest.mark.parametrize("which", [[0], [1], [0, 2], [0, 1, 2]])
async def test_80_an_error_on_an_entity_is_the_only_one_there(
    tmp_path: Path, which: list[int]
) -> None:
    """Both of the fields below it are non-null: they are not told of again."""
    found = [None if n in which else entity(n + 1) for n in range(3)]
    errors = [
        {"message": f"no {n}", "path": ["_entities", n], "extensions": {"code": "NOT_FOUND"}}
        for n in which
    ]
    answer = await ask(tmp_path, {"data": {"_entities": found}, "errors": errors})
    assert [book is None for book in answer["data"]["books"]] == [n in which for n in range(3)]
    told = [(error["path"], error["extensions"]["code"]) for error in answer["errors"]]
    assert told == [(["books", n], "NOT_FOUND") for n in which]


async def test_80_an_error_below_an_entity_keeps_its_place(tmp_path: Path) -> None:
    found = [entity(1), {**entity(2), "maker": None}, entity(3)]
    error = {
        "message": "no", "path": ["_entities", 1, "maker"], "extensions": {"code": "FORBIDDEN"},
    }  # fmt: skip
    answer = await ask(tmp_path, {"data": {"_entities": found}, "errors": [error]})
    assert answer["data"]["books"][1] is None
    [told] = answer["errors"]
    assert (told["path"], told["extensions"]["code"]) == (["books", 1, "maker"], "FORBIDDEN")
