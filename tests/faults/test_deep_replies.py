"""What subgraphs answer may lie hundreds of levels deep."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest

from gateway.composition import SubgraphSource, compose
from tests.testkit.gateway import running_gateway
from tests.testkit.subgraphs import Body, InMemorySubgraphs

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
    'import: ["@key", "@shareable", "@requires", "@external"])\n'
)
BOOKS = """
scalar JSON
type Query { book: Book books: [Book!] notes: JSON plain: Int }
type Book @key(fields: "id") { id: ID! notes: JSON }
"""
STARS = """
scalar JSON
type Book @key(fields: "id") {
  id: ID!
  notes: JSON @external
  stars: Int @requires(fields: "notes")
  remarks: JSON
}
"""
DEPTH = 700
LISTS = b"[" * DEPTH + b"]" * DEPTH
OBJECTS = b'{"a":' * DEPTH + b"1" + b"}" * DEPTH


def book(deep: bytes) -> bytes:
    return b'{"__typename":"Book","id":"1","notes":%b}' % deep


def root(deep: bytes) -> bytes:
    members = book(deep), book(deep), book(deep), deep
    return b'{"data":{"book":%b,"books":[%b,%b],"notes":%b,"plain":1}}' % members


@pytest.fixture(scope="module")
def supergraph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("deep") / "supergraph.graphql"
    sources = [
        SubgraphSource("books", "http://books.example", LINK + BOOKS),
        SubgraphSource("stars", "http://stars.example", LINK + STARS),
    ]
    path.write_text(compose(sources).supergraph_sdl, encoding="utf-8")
    return path


@pytest.mark.parametrize("deep", [LISTS, OBJECTS], ids=["lists", "objects"])
@pytest.mark.parametrize("room", [0, 300_000])
@pytest.mark.parametrize(
    ("query", "times"),
    [
        ("{ notes }", 1),
        ("{ __typename notes }", 1),
        ("{ book { notes stars } }", 1),
        ("{ books { remarks } }", 2),
        ("{ book { remarks } books { remarks notes } }", 5),
    ],
)
async def test_251_what_lies_deep_arrives(
    supergraph: Path, query: str, times: int, room: int, deep: bytes
) -> None:
    padded = b'["%b",%b]' % (b"x" * room, deep[:-1] + b" " + deep[-1:])

    def stars(body: Body) -> bytes:
        asked = next(iter(body["variables"].values()))
        entity = b'{"stars":1,"remarks":%b}' % padded
        return b'{"data":{"_entities":[%b]}}' % b",".join([entity] * len(asked))

    subgraphs = InMemorySubgraphs(books=lambda _: root(padded), stars=stars)
    async with running_gateway(supergraph, subgraphs) as gateway:
        response = await gateway.post(json.dumps({"query": query}))
    assert response.status_code == 200
    assert "errors" not in orjson.loads(response.content)
    assert response.content.replace(b" ", b"").count(deep) >= times


@pytest.mark.parametrize("deep", [LISTS, OBJECTS], ids=["lists", "objects"])
async def test_251_an_error_that_says_more_than_it_should_is_told(
    supergraph: Path, deep: bytes
) -> None:
    error = b'{"message":"m","path":["plain"],"extensions":{"code":"NOT_FOUND","of":%b}}' % deep
    subgraphs = InMemorySubgraphs(books=lambda _: b'{"data":{"plain":null},"errors":[%b]}' % error)
    async with running_gateway(supergraph, subgraphs) as gateway:
        response = await gateway.post(b'{"query": "{ plain }"}')
    answer = orjson.loads(response.content)
    assert answer["data"] == {"plain": None}
    assert [told["extensions"]["code"] for told in answer["errors"]] == ["NOT_FOUND"]


def padded_within(levels: int, room: int) -> bytes:
    """Values so many levels deep, all of them around one long text: alternately of both kinds."""
    pairs = levels // 2
    return b'{"a":[' * pairs + b'"%b"' % (b"x" * room) + b"]}" * pairs


@pytest.mark.parametrize("query", ["{ notes }", "{ __typename notes }", "{ book { remarks } }"])
@pytest.mark.parametrize("levels", [600, 1_000])
@pytest.mark.parametrize("room", [10, 300_000])
async def test_251_what_is_deep_and_long_arrives(
    supergraph: Path, query: str, levels: int, room: int
) -> None:
    deep = padded_within(levels, room)

    def stars(_: Body) -> bytes:
        return b'{"data":{"_entities":[{"remarks":%b}]}}' % deep

    subgraphs = InMemorySubgraphs(books=lambda _: root(deep), stars=stars)
    async with running_gateway(supergraph, subgraphs) as gateway:
        response = await gateway.post(json.dumps({"query": query}))
    assert b'"errors"' not in response.content
    assert deep in response.content


@pytest.mark.parametrize("room", [10, 300_000])
async def test_251_deeper_than_can_be_read_is_an_error_of_its_fetch(
    supergraph: Path, room: int
) -> None:
    deep = padded_within(1_400, room)
    subgraphs = InMemorySubgraphs(
        books=lambda _: root(b"[]"),
        stars=lambda _: b'{"data":{"_entities":[{"remarks":%b}]}}' % deep,
    )
    async with running_gateway(supergraph, subgraphs) as gateway:
        answer = await gateway.ask("{ plain book { id remarks } }")
    assert answer["data"] == {"plain": 1, "book": {"id": "1", "remarks": None}}
    assert [told["extensions"]["code"] for told in answer["errors"]] == ["UNAVAILABLE"]
