"""What leaves for a subgraph: bodies, representations, conditions, names, headers."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from gateway.operation.condition import ALWAYS, Condition
from gateway.planning.plan import (
    EntityFetch,
    EntityGroup,
    Leaf,
    Nested,
    PerType,
    Representation,
    RepresentationPart,
)
from tests.testkit.running import Outcome, entities, path, query_plan, root, run
from tests.testkit.subgraphs import Body, InMemorySubgraphs, make_context

SDL = """
interface Node { id: ID }
type Query { a: A as: [A] node: Node nodes: [Node] }
type A implements Node { id: ID x: Int y: Int }
type B implements Node { id: ID x: Int }
"""
ON_X = Condition.any_of([frozenset({("x", True)})])


def answering(data: dict[str, Any], **more: Any) -> InMemorySubgraphs:
    def entity_answer(body: Body) -> dict[str, Any]:
        lists = [v for v in body["variables"].values() if isinstance(v, list)]
        return {"data": {"_entities": [{"x": n} for n in range(len(lists[0]))]}}

    return InMemorySubgraphs(one=lambda _: {"data": data}, two=entity_answer, **more)


async def ask(subgraphs: InMemorySubgraphs, *fetches: Any, **more: Any) -> Outcome:
    query = more.pop("query", "{ as { x } }")
    return await run(query_plan(*fetches), subgraphs, sdl=SDL, query=query, **more)


async def test_one_and_true_and_one_point_zero_are_three_identities() -> None:
    values = ["1", 1, 1.0, True, "1", 1]
    subgraphs = answering({"as": [{"id": value} for value in values]})
    await ask(
        subgraphs, root(0, "one", "{as{id}}", "as"), entities(1, "two", "x", "as.@", typename="A")
    )
    (sent,) = subgraphs.sent("two")
    assert [repr(r["id"]) for r in sent.representations] == ["'1'", "1", "1.0", "True"]


async def test_a_null_key_is_no_representation_and_no_error() -> None:
    subgraphs = answering({"as": [{"id": None}, {"id": "7"}]})
    outcome = await ask(
        subgraphs, root(0, "one", "{as{id}}", "as"), entities(1, "two", "x", "as.@", typename="A")
    )
    assert outcome.data == {"as": [{"x": None}, {"x": 0}]}
    assert outcome.errors == []


async def test_nothing_to_ask_is_not_sent() -> None:
    subgraphs = answering({"as": []})
    outcome = await ask(
        subgraphs, root(0, "one", "{as{id}}", "as"), entities(1, "two", "x", "as.@", typename="A")
    )
    assert outcome.data == {"as": []}
    assert subgraphs.requests("two") == 0


def group_fetch(keys: Any, requires: Any = (), **more: Any) -> EntityFetch:
    fetch = entities(1, "two", "x", "as.@", typename="A")
    representation = Representation(keys=keys, requires=requires, typename="A", **more)
    return replace(fetch, groups=(replace(fetch.groups[0], representation=representation),))


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        pytest.param({"id": "1", "p": 3}, {"id": "1", "price": 3}, id="value"),
        pytest.param({"id": "1", "p": None}, {"id": "1", "price": None}, id="null is sent"),
        pytest.param({"id": "1"}, None, id="absent suppresses"),
        pytest.param({"id": None, "p": 3}, None, id="null key suppresses"),
    ],
)
async def test_requirements_and_keys_differ_in_what_null_means(item: Any, expected: Any) -> None:
    subgraphs = answering({"as": [item]})
    fetch = group_fetch((Leaf("id", "id"),), (Leaf("price", "p"),))
    await ask(subgraphs, root(0, "one", "{as{id p}}", "as"), fetch)
    sent = [r for s in subgraphs.sent("two") for r in s.representations]
    assert sent == ([] if expected is None else [{"__typename": "A", **expected}])


async def test_nested_keys_lists_and_parts_per_type() -> None:
    subgraphs = answering(
        {
            "as": [
                {
                    "id": "1",
                    "org": {"oid": "9", "tags": [{"t": "a"}, {"t": "b"}]},
                    "pet": {"__typename": "Dog", "barks": 2, "lives": 9},
                }
            ]
        }
    )
    fetch = group_fetch(
        (
            Leaf("id", "id"),
            Nested("org", "org", (Leaf("id", "oid"), Nested("tags", "tags", (Leaf("t", "t"),)))),
        ),
        (
            Nested(
                "pet",
                "pet",
                (
                    PerType(frozenset({"Dog"}), (Leaf("barks", "barks"),)),
                    PerType(frozenset({"Cat"}), (Leaf("lives", "lives"),)),
                ),
            ),
        ),
    )
    await ask(subgraphs, root(0, "one", "{as{id}}", "as"), fetch)
    assert subgraphs.sent("two")[0].representations == [
        {
            "__typename": "A",
            "id": "1",
            "org": {"id": "9", "tags": [{"t": "a"}, {"t": "b"}]},
            "pet": {"barks": 2},
        }
    ]


async def test_the_typename_comes_from_the_object_or_from_the_position() -> None:
    nodes = [{"__typename": "A", "id": "1"}, {"__typename": "B", "id": "1"}, {"id": "2"}]
    subgraphs = answering({"nodes": nodes})
    fetch = entities(1, "two", "x", "nodes.@", default="A")
    await ask(subgraphs, root(0, "one", "{nodes{id}}", "nodes"), fetch, query="{ nodes { id } }")
    assert subgraphs.sent("two")[0].representations == [
        {"__typename": "A", "id": "1"},
        {"__typename": "B", "id": "1"},
        {"__typename": "A", "id": "2"},
    ]


async def test_an_interface_object_subgraph_is_asked_and_believed_about_fields_only() -> None:
    subgraphs = InMemorySubgraphs(
        one=lambda _: {"data": {"node": {"__typename": "B", "id": "1"}}},
        two=lambda _: {"data": {"_entities": [{"__typename": "Node", "x": 5}]}},
    )
    outcome = await ask(
        subgraphs,
        root(0, "one", "{node{id}}", "node"),
        entities(1, "two", "__typename x", "node", typename="Node"),
        query="{ node { __typename ... on B { x } } }",
    )
    assert outcome.data == {"node": {"__typename": "B", "x": 5}}


async def test_conditions_on_fetches_and_groups() -> None:
    data = {"a": {"id": "1"}, "as": [{"id": "2"}]}
    groups = tuple(
        EntityGroup(
            alias=alias,
            variable=variable,
            targets=(path(target),),
            representation=Representation(keys=(Leaf("id", "id"),), typename="A"),
            when=when,
        )
        for alias, variable, target, when in (
            ("e0", "r0", "a", ON_X),
            ("e1", "r1", "as.@", ALWAYS),
        )
    )
    fetch = EntityFetch(
        1,
        "two",
        "query($r0:[_Any!]!,$r1:[_Any!]!,$x:Boolean!){e0:_entities(representations:$r0)@include(if:$x)"
        "{...on A{x}}e1:_entities(representations:$r1){...on A{y}}}",
        groups,
        variables=("x",),
        after=(0,),
    )
    subgraphs = InMemorySubgraphs(
        one=lambda _: {"data": data}, two=lambda _: {"data": {"e1": [{"y": 1}]}}
    )
    outcome = await ask(
        subgraphs,
        root(0, "one", "{a{id}as{id}}", "a", "as"),
        fetch,
        query="query ($x: Boolean!) { a { x @include(if: $x) } as { y } }",
        variables={"x": False},
    )
    assert outcome.data == {"a": {}, "as": [{"y": 1}]}
    (sent,) = subgraphs.sent("two")
    assert sent.variables == {"x": False, "r0": [], "r1": [{"__typename": "A", "id": "2"}]}


async def test_a_skipped_fetch_is_not_sent_and_its_dependants_run_on_what_exists() -> None:
    subgraphs = answering({"as": [{"id": "1"}]})
    outcome = await ask(
        subgraphs,
        root(0, "one", "{as{id}}", "as"),
        replace(entities(1, "two", "y", "as.@", typename="A"), when=ON_X),
        entities(2, "two", "x", "as.@", typename="A", after=(1,)),
        query="query ($x: Boolean!) { as { x y @include(if: $x) } }",
        variables={"x": False},
    )
    assert outcome.data == {"as": [{"x": 0}]}
    assert subgraphs.requests("two") == 1


async def test_operation_names_are_spliced_in_and_headers_travel() -> None:
    subgraphs = answering({"as": [{"id": "1"}]})
    await ask(
        subgraphs,
        root(0, "one", "{as{id}}", "as"),
        entities(1, "two", "x", "as.@", typename="A"),
        operation_name="List",
        context=make_context(headers={"authorization": "Bearer t"}),
    )
    assert [sent.query.partition("{")[0] for sent in subgraphs.log] == [
        "query List__one__0",
        "query List__two__1($representations:[_Any!]!)",
    ]
    assert subgraphs.log[0].headers == {
        "authorization": "Bearer t",
        "x-request-id": "test-request",
    }


@pytest.mark.parametrize("value", [2**70, "\ud800", None, {"deep": [1, "ü"]}])
async def test_variables_of_any_json_arrive_unchanged_and_absent_ones_stay_absent(
    value: Any,
) -> None:
    subgraphs = InMemorySubgraphs(one=lambda _: {"data": {"a": None}})
    await ask(
        subgraphs,
        root(0, "one", "query($v:V,$w:V){a(v:$v,w:$w){id}}", "a", variables=("v", "w")),
        query="{ a { id } }",
        variables={"v": value, "other": 1},
    )
    assert subgraphs.log[0].variables == {"v": value}


def test_parts_are_frozen_data() -> None:
    parts: tuple[RepresentationPart, ...] = (Leaf("id", "id"),)
    assert hash(Representation(keys=parts)) == hash(Representation(keys=(Leaf("id", "id"),)))
