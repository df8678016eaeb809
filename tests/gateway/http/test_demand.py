"""Demand: what ``@cost`` and ``@listSize`` say an operation costs, from SDL to refusal."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.composition import SubgraphSource, compose
from tests.testkit.gateway import RunningGateway, codes, running_gateway
from tests.testkit.subgraphs import GraphQLSubgraph, InMemorySubgraphs

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
    'import: ["@key", "@shareable", {name: "@cost", as: "@weight"}, "@listSize"])\n'
)
TYPES = """
type Query {
  plain: String
  heavy: Int @weight(weight: 7)
  cheap: Book @weight(weight: -50)
  secret: Secret
  mode: Mode
  book: Book
  media: Media
  many: [Book]
  grid: [[Book]]
  assumed: [Book] @listSize(assumedSize: 20)
  first(first: Int = 4, after: String): [Book] @listSize(slicingArguments: ["first"])
  pick(first: Int, last: Int): [Book] @listSize(slicingArguments: ["first", "last"])
  any(first: Int, last: Int): [Book]
    @listSize(assumedSize: 3, slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
  page(first: Int = 5): Page
    @listSize(slicingArguments: ["first"], sizedFields: ["edges", "nodes"])
  find(filter: Filter, filters: [Filter!], mode: Mode, dear: Int @weight(weight: 9)): String
}
type Mutation { touch: Book }
interface Media { id: ID! same(n: Int): [Media] @listSize(slicingArguments: ["n"]) }
type Book implements Media @key(fields: "id") {
  id: ID! author: Author same(n: Int): [Media] next: Book
}
type Film implements Media {
  id: ID! same(n: Int): [Media] cast: [Author] @listSize(assumedSize: 6)
}
type Author @weight(weight: 3) { name: String }
type Page { edges: [Edge] nodes: [Book] info: Info total: Int }
type Edge { node: Book }
type Info { next: String }
scalar Secret @weight(weight: 11)
enum Mode @weight(weight: 2) { A B }
input Filter { text: String near: Near mode: Mode price: Int @weight(weight: 4) }
input Near { lat: Float @weight(weight: 1) lon: Float }
"""
SUBGRAPH = GraphQLSubgraph(LINK + TYPES)


ENFORCED = {"demand_control": {"mode": "enforce"}}


@pytest.fixture(scope="module")
def supergraph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demand") / "supergraph.graphql"
    sdl = compose([SubgraphSource("a", "http://a.example", LINK + TYPES)]).supergraph_sdl
    path.write_text(sdl, encoding="utf-8")
    return path


@pytest.fixture
def subgraphs() -> InMemorySubgraphs:
    return InMemorySubgraphs(a=SUBGRAPH)


@pytest.fixture(scope="module")
async def measuring(supergraph: Path) -> AsyncIterator[RunningGateway]:
    subgraphs = InMemorySubgraphs(a=SUBGRAPH)
    async with running_gateway(
        supergraph, subgraphs, demand_control={"mode": "measure"}
    ) as gateway:
        yield gateway


async def demanded(gateway: RunningGateway, query: str, **variables: Any) -> int:
    """Return by how much an operation raises the sum that the gateway tells."""
    before = await sum_of_demands(gateway)
    assert not codes(await gateway.ask(query, variables=variables))
    return await sum_of_demands(gateway) - before


async def sum_of_demands(gateway: RunningGateway) -> int:
    text = (await gateway.client.get("/metrics")).text
    return int(float(text.split("graphql_request_demand_sum ")[1].split()[0]))


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ plain }", 0),
        ("{ __typename plain }", 0),
        ("{ heavy }", 7),
        ("{ secret }", 11),
        ("{ mode }", 2),
        ("{ cheap { author { name } } }", 0),
        ("{ book { id } }", 1),
        ("{ book { author { name } next { author { name } } } }", 1 + 3 + 1 + 3),
        ("{ many { id } }", 10),
        ("{ grid { id } }", 100),
        ("{ assumed { author { name } } }", 20 * (1 + 3)),
        ("{ first { id } }", 4),
        ("{ first(first: 30) { id } }", 30),
        ("{ pick(last: 8) { id } }", 8),
        ("{ any { id } }", 3),
        ("{ any(first: 2, last: 9) { id } }", 9),
        ("{ page { edges { node { id } } nodes { id } info { next } total } }", 1 + 10 + 5 + 1),
        ("{ page(first: 100) { edges { node { author { name } } } } }", 1 + 100 * (1 + 1 + 3)),
        ("{ page { ...P } } fragment P on Page { ... { nodes { id } } }", 1 + 5),
        ("{ book { same(n: 3) { id same(n: 2) { id } } } }", 1 + 3 * (1 + 2)),
        ("{ media { ... on Book { author { name } } ... on Film { cast { name } } } }", 1 + 18),
        ("{ media { id ... on Book { author { name } } } }", 1 + 3),
        ("{ a: first(first: 2) { id } b: first(first: 3) { id } }", 5),
        ("{ find(dear: 1) }", 9),
        ("{ find(dear: null) }", 0),
        ("{ find(mode: A) }", 2),
        ("{ find(filter: {}) }", 1),
        ('{ find(filter: {text: "x", price: 3, mode: B, near: {lat: 1, lon: 2}}) }', 1 + 4 + 2 + 2),
        ("{ find(filters: [{}, {price: 1}]) }", 1 + 5),
        ("mutation { touch { id } }", 10 + 1),
        ("{ plain @skip(if: true) many @include(if: false) { id } }", 0),
    ],
)
async def test_an_operation_costs(measuring: RunningGateway, query: str, cost: int) -> None:
    assert await demanded(measuring, query) == cost


@pytest.mark.parametrize(
    ("query", "variables", "cost"),
    [
        ("query ($n: Int) { first(first: $n) { id } }", {"n": 70}, 70),
        ("query ($n: Int) { first(first: $n) { id } }", {}, 4),
        ("query ($n: Int = 6) { first(first: $n) { id } }", {}, 6),
        ("query ($n: Int) { any(first: $n, last: 2) { id } }", {"n": 5}, 5),
        ("query ($n: Int!) { page(first: $n) { nodes { id } } }", {"n": 3}, 4),
        ("query ($n: Int!) { first(first: $n) { id } }", {"n": -5}, 0),
        ("query ($n: Int!) { first(first: $n) { id } }", {"n": 2_000_000_000}, 1_000),
        ("query ($f: Filter) { find(filter: $f) }", {"f": {"price": 1, "near": {"lat": 1}}}, 7),
        ("query ($f: Filter) { find(filter: $f) }", {"f": None}, 0),
        ("query ($p: Int) { find(filters: [{price: $p}, {}]) }", {"p": 1}, 6),
        ("query ($p: Int) { find(filters: [{price: $p}, {}]) }", {}, 2),
        ("query ($m: Mode) { find(mode: $m) }", {"m": "A"}, 2),
        ("query ($d: Int) { find(dear: $d) }", {}, 0),
        ("query ($b: Boolean!) { many @include(if: $b) { id } heavy }", {"b": True}, 17),
        ("query ($b: Boolean!) { many @include(if: $b) { id } heavy }", {"b": False}, 7),
        ("query ($b: Boolean!) { many @skip(if: $b) { id } heavy }", {"b": True}, 7),
    ],
)
async def test_variables_decide(
    measuring: RunningGateway, query: str, variables: dict[str, Any], cost: int
) -> None:
    assert await demanded(measuring, query, **variables) == cost


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ pick { id } }", {}),
        ("{ pick(first: 1, last: 1) { id } }", {}),
        ("query ($n: Int) { pick(first: $n) { id } }", {}),
        ("query ($n: Int) { pick(first: $n) { id } }", {"n": None}),
    ],
)
async def test_a_list_that_must_be_sliced_is(
    supergraph: Path, subgraphs: InMemorySubgraphs, query: str, variables: dict[str, Any]
) -> None:
    async with running_gateway(supergraph, subgraphs, **ENFORCED) as gateway:
        answer = await gateway.ask(query, variables=variables)
        assert codes(answer) == ["BAD_USER_INPUT"]
        assert '"pick" needs' in answer["errors"][0]["message"]
        assert subgraphs.requests() == 0
        good = await gateway.ask("query ($n: Int) { pick(first: $n) { id } }", variables={"n": 1})
        assert good == {"data": {"pick": None}}


async def test_the_sum_of_a_batch_counts(supergraph: Path, subgraphs: InMemorySubgraphs) -> None:
    limit = {"demand_control": {"mode": "enforce", "max": 100}}
    one = {"query": "{ first(first: 60) { id } }"}
    async with running_gateway(supergraph, subgraphs, **limit) as gateway:
        assert (await gateway.post(json.dumps([one]))).json() == [{"data": {"first": None}}]
        before = subgraphs.requests()
        for answer in (await gateway.post(json.dumps([one, one]))).json():
            assert codes(answer) == ["OPERATION_TOO_COMPLEX"]
            assert answer["errors"][0]["extensions"]["cost"] == 120
            assert answer["errors"][0]["extensions"]["maxCost"] == 100
        assert subgraphs.requests() == before


async def test_measuring_refuses_nothing_and_tells(
    supergraph: Path, subgraphs: InMemorySubgraphs
) -> None:
    settings = {"demand_control": {"mode": "measure", "max": 1}, "access_log": "all"}
    with capture_logs() as lines:
        async with running_gateway(supergraph, subgraphs, **settings) as gateway:
            assert await gateway.ask("{ first(first: 500) { id } }") == {"data": {"first": None}}
            assert await gateway.ask("{ pick { id } }") == {"data": {"pick": None}}
            text = (await gateway.client.get("/metrics")).text
    assert [line["demand"] for line in lines if line["event"] == "request"] == [500, 10]
    assert "graphql_request_demand_sum 510.0" in text


async def test_switched_off_nothing_is_counted(
    supergraph: Path, subgraphs: InMemorySubgraphs
) -> None:
    async with running_gateway(supergraph, subgraphs, demand_control={"mode": "off"}) as gateway:
        assert await gateway.ask("{ first(first: 500) { id } }") == {"data": {"first": None}}
        assert "graphql_request_demand_sum 0.0" in (await gateway.client.get("/metrics")).text


async def test_enforced_a_hundred_lists_of_a_hundred_are_refused(
    supergraph: Path, subgraphs: InMemorySubgraphs
) -> None:
    pages = " ".join(f"a{i}: page(first: 100) {{ edges {{ node {{ id }} }} }}" for i in range(100))
    async with running_gateway(supergraph, subgraphs, **ENFORCED) as gateway:
        answer = await gateway.ask(f"{{ {pages} }}")
        assert codes(answer) == ["OPERATION_TOO_COMPLEX"]
        assert subgraphs.requests() == 0


async def test_lists_within_lists_to_any_depth_are_refused_with_a_number(
    supergraph: Path, subgraphs: InMemorySubgraphs
) -> None:
    deep = "{ book " + "{ same(n: 1000) " * 25 + "{ id }" + "}" * 25 + "}"
    async with running_gateway(supergraph, subgraphs) as gateway:
        response = await gateway.post(json.dumps({"query": deep}))
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "OPERATION_TOO_COMPLEX"
    assert error["extensions"]["cost"] == 2**53 - 1 > error["extensions"]["maxCost"]
    assert subgraphs.requests() == 0


async def test_a_directive_of_that_name_from_elsewhere_weighs_nothing(
    tmp_path: Path, subgraphs: InMemorySubgraphs
) -> None:
    path = tmp_path / "supergraph.graphql"
    plain = [SubgraphSource("a", "http://a.example", "type Query { plain: String }")]
    path.write_text(
        compose(plain).supergraph_sdl.replace("plain: String", "plain: String @cost(weight: 99)")
        + "directive @cost(weight: Int!) on FIELD_DEFINITION\n",
        encoding="utf-8",
    )
    async with running_gateway(path, subgraphs) as gateway:
        assert await demanded(gateway, "{ plain }") == 0
