"""Merging and renaming: null never overwrites, containers have one owner, aliases go away."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.execution.merge_objects import copied, merge_into_each, merge_object
from gateway.execution.renaming import rename_path
from gateway.planning.plan import Each, Key, ReentryFetch, Rename
from tests.testkit.running import entities, path, query_plan, root, run
from tests.testkit.subgraphs import InMemorySubgraphs

LEAVES = st.none() | st.booleans() | st.integers(0, 3) | st.text(max_size=2)
OBJECTS = st.recursive(
    st.dictionaries(st.sampled_from("abc"), LEAVES, max_size=3),
    lambda inner: st.dictionaries(
        st.sampled_from("abc"), LEAVES | inner | st.lists(inner, max_size=2), max_size=3
    ),
    max_leaves=8,
)


def merged(target: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = copied(target)
    merge_object(result, copied(source))
    return result


@pytest.mark.parametrize(
    ("target", "source", "expected"),
    [
        ({"a": 1}, {"a": None}, {"a": 1}),
        ({"a": None}, {"a": 1}, {"a": 1}),
        ({}, {"a": None}, {"a": None}),
        ({"a": {"x": 1}}, {"a": {"y": 2, "x": None}}, {"a": {"x": 1, "y": 2}}),
        ({"a": [{"x": 1}, None]}, {"a": [{"y": 2}, {"z": 3}]}, {"a": [{"x": 1, "y": 2}, {"z": 3}]}),
        ({"a": [{"x": 1}]}, {"a": [{"x": 2}, {"x": 3}]}, {"a": [{"x": 1}]}),
        ({"a": [[{"x": 1}]]}, {"a": [[{"y": 2}]]}, {"a": [[{"x": 1, "y": 2}]]}),
    ],
)
def test_merging(target: Any, source: Any, expected: Any) -> None:
    assert merged(target, source) == expected


@given(OBJECTS, OBJECTS)
def test_merging_loses_no_value_and_is_idempotent(a: dict[str, Any], b: dict[str, Any]) -> None:
    once = merged(a, b)
    assert once.keys() == a.keys() | b.keys()
    assert all(once[key] is not None for key in a if a[key] is not None)
    assert merged(once, b) == once


@given(OBJECTS)
def test_targets_share_no_containers(source: dict[str, Any]) -> None:
    targets: list[dict[str, Any]] = [{}, {}, {}]
    merge_into_each(targets, copied(source))
    assert targets == [source] * 3
    owners = [containers(target) for target in targets]
    assert not owners[0] & owners[1]
    assert not owners[1] & owners[2]


def containers(value: Any) -> set[int]:
    if isinstance(value, dict):
        return {id(value)}.union(*map(containers, value.values()))
    if isinstance(value, list):
        return {id(value)}.union(*map(containers, value))
    return set()


SDL = """
type Query { search: [Hit!]! a: A }
union Hit = A | B
type A { id: ID! size: Int sub: Sub query: Query }
type B { id: ID! size: Int }
type Sub { v: Int w: Int }
"""


async def test_aliases_of_a_document_come_back_as_the_clients_keys() -> None:
    reply = {
        "search": [
            {"__typename": "A", "a_size": 3},
            {"__typename": "B", "b_size": 4},
            {"__typename": "B", "b_size": None},
        ]
    }
    error = {"message": "x", "path": ["search", 2, "b_size"], "extensions": {"code": "NOT_FOUND"}}
    hits = (Key("search"), Each())
    renames = (
        Rename(hits, "a_size", "size", frozenset({"A"})),
        Rename(hits, "b_size", "size", frozenset({"B"})),
    )
    subgraphs = InMemorySubgraphs(one=lambda _: {"data": reply, "errors": [error]})
    plan = query_plan(root(0, "one", "{search{__typename}}", "search", renames=renames))
    query = "{ search { ... on A { size } ... on B { size } } }"
    outcome = await run(plan, subgraphs, sdl=SDL, query=query)
    assert outcome.data == {"search": [{"size": 3}, {"size": 4}, {"size": None}]}
    assert outcome.places == [("search.2.size", "NOT_FOUND")]


async def test_a_type_name_may_be_anything() -> None:
    reply = {"search": [{"__typename": ["A"], "a_size": 3}, {"__typename": "A", "a_size": 4}]}
    error = {"message": "x", "path": ["_entities", 0, "sub"], "extensions": {"code": "NOT_FOUND"}}
    subgraphs = InMemorySubgraphs(
        one=lambda _: {"data": reply},
        two=lambda _: {"data": {"_entities": [{"sub": None}]}, "errors": [error]},
    )
    rename = Rename((Key("search"), Each()), "a_size", "id", frozenset({"A"}))
    plan = query_plan(
        root(0, "one", "{search{__typename}}", "search", renames=(rename,)),
        entities(1, "two", "sub{v}", "search.@[A]", typename="A"),
    )
    outcome = await run(plan, subgraphs, sdl=SDL, query="{ search { ... on A { id sub { v } } } }")
    assert subgraphs.requests("two") == 1
    assert outcome.data is None
    assert ("search.1.sub", "NOT_FOUND") in outcome.places


def test_paths_of_errors_are_renamed_at_their_place_only() -> None:
    renames = (Rename((Key("list"), Each()), "k0", "name"),)
    assert rename_path(renames, ("list", 3, "k0", "x")) == ("list", 3, "name", "x")
    assert rename_path(renames, ("k0",)) == ("k0",)
    assert rename_path(renames, ("other", 3, "k0")) == ("other", 3, "k0")
    assert rename_path(renames, ("list",)) == ("list",)


async def test_an_entity_at_two_places_is_two_objects_for_what_comes_after() -> None:
    subgraphs = InMemorySubgraphs(
        one=lambda _: {"data": {"search": [{"__typename": "A", "id": "1"}], "a": {"id": "1"}}},
        two=lambda _: {"data": {"_entities": [{"sub": {"v": 1}}]}},
        three=lambda _: {"data": {"_entities": [{"sub": {"w": 2}}]}},
    )
    plan = query_plan(
        root(0, "one", "{search{id}a{id}}", "search", "a"),
        entities(1, "two", "sub{v}", "search.@[A]", "a", typename="A"),
        entities(2, "three", "sub{w}", "a", typename="A", after=(0, 1)),
    )
    outcome = await run(
        plan, subgraphs, sdl=SDL, query="{ search { ... on A { sub { v w } } } a { sub { v w } } }"
    )
    assert outcome.data == {
        "search": [{"sub": {"v": 1, "w": None}}],
        "a": {"sub": {"v": 1, "w": 2}},
    }


async def test_a_query_below_the_root_is_asked_once_and_merged_into_every_target() -> None:
    subgraphs = InMemorySubgraphs(
        one=lambda _: {"data": {"a": {"id": "1", "query": {}}}},
        two=lambda _: {
            "data": {"a": None},
            "errors": [{"message": "x", "path": ["a"], "extensions": {"code": "FORBIDDEN"}}],
        },
    )
    plan = query_plan(
        root(0, "one", "{a{query{__typename}}}", "a"),
        ReentryFetch(1, "two", "{a{id}}", (path("a.query"),), after=(0,)),
    )
    outcome = await run(plan, subgraphs, sdl=SDL, query="{ a { query { a { id } } } }")
    assert outcome.data == {"a": {"query": {"a": None}}}
    assert outcome.places == [("a.query.a", "FORBIDDEN")]
