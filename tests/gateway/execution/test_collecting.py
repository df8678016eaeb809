"""Collecting by source against collecting an object at a time, on data of any shape."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.execution.collect_source import generate_identify, generate_walk
from gateway.execution.collecting import USES_BEFORE_SOURCE, Collector
from gateway.execution.paths import compile_paths
from gateway.planning.plan import (
    Each,
    Key,
    Leaf,
    Nested,
    OnTypes,
    Path,
    Representation,
    RepresentationPart,
)
from gateway.request.json_text import dumps

TYPENAME = "tn"
KEYS = ["a", "b", "c"]
TYPES = ["A", "B"]
ID = Leaf("id", "a")

LEAVES = st.one_of(
    st.sampled_from(["", "x", 0, 1, 0.0, -0.0, 1.0, True, False, None, "1", 2**70, "\u00e9"]),
    st.none(),
)
"""Few, so that objects repeat each other; some are equal and written differently."""

NAMES = st.one_of(st.sampled_from([*TYPES, *TYPES, "C", None, 1, True, ["A"]]))


def an_object(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    optional = {**dict.fromkeys(KEYS, inner), TYPENAME: NAMES}
    return st.fixed_dictionaries({}, optional=optional)


ANYTHING = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=4), an_object(inner)), max_leaves=40
)
ROOTS = an_object(ANYTHING)
STEPS = st.one_of(
    st.builds(Key, st.sampled_from(KEYS)),
    st.just(Each()),
    st.builds(OnTypes, st.frozensets(st.sampled_from(TYPES), min_size=1)),
)
PATHS = st.lists(st.lists(STEPS, max_size=5).map(tuple), min_size=1, max_size=5).map(tuple)
PARTS = st.one_of(
    st.builds(Leaf, st.sampled_from(["id", "other"]), st.sampled_from(KEYS)),
    st.builds(Leaf, st.sampled_from(["id", "other"]), st.sampled_from(KEYS)),
    st.just(Nested("org", "b", (ID,))),  # one field has one source
)
REPRESENTATIONS = st.builds(
    Representation,
    keys=st.lists(PARTS, min_size=1, max_size=2).map(tuple),
    requires=st.lists(PARTS, max_size=2).map(tuple),
    typename=st.sampled_from([None, None, "A"]),
    default_typename=st.sampled_from([None, "B"]),
)
DEEP: Path = (Key("a"), Each()) * 30
LISTED: Path = (Key("a"), Each())


def places(found: list[Any]) -> list[int]:
    return [id(item) for item in found]


@settings(max_examples=400)
@given(PATHS, ROOTS)
@example(((),), {"a": 1})
@example((LISTED, (*LISTED, Key("b")), (*LISTED, Key("c"))), {"a": [{"b": {}, "c": {}}, {}, 1]})
def test_the_walk_finds_the_same_objects_in_the_same_order(
    paths: tuple[Path, ...], root: dict[str, Any]
) -> None:
    walk = generate_walk(paths, TYPENAME)
    assert walk is not None
    assert places(walk(root)) == places(compile_paths(paths, TYPENAME)(root))


def test_paths_may_be_deeper_than_loops_may_be_nested() -> None:
    value: Any = {"id": 1}
    for _ in range(30):
        value = {"a": [value, value]} if value.get("id") else {"a": [value]}
    walk = generate_walk((DEEP,), TYPENAME)
    assert walk is not None
    assert walk(value) == [{"id": 1}, {"id": 1}]


def test_very_many_steps_have_no_source() -> None:
    paths = tuple((Key(f"k{n}"), Each()) for n in range(300))
    assert generate_walk(paths, TYPENAME) is None
    collector = used(paths, Representation((ID,), typename="A"))
    collected = collector({"k7": [{"a": 1}, {"a": 1}]})
    assert dumps(collected.representations) == b'[{"__typename":"A","id":1}]'


def used(paths: tuple[Path, ...], representation: Representation) -> Collector:
    """A collector that was asked often enough to have source."""
    collector = Collector(paths, representation, TYPENAME)
    for _ in range(USES_BEFORE_SOURCE + 1):
        collector({})
    return collector


@settings(max_examples=400)
@given(REPRESENTATIONS, st.lists(an_object(LEAVES), max_size=12), ROOTS)
@example(Representation((ID,), typename="A"), [{"a": "é"}, {"a": 1 << 70}], {})
def test_source_asks_for_the_same(
    representation: Representation, listed: list[Any], other: dict[str, Any]
) -> None:
    root = {"a": listed, "b": other}
    paths = (LISTED, (Key("b"), Key("a")))
    by_source = used(paths, representation)(root)
    plainly = Collector(paths, representation, TYPENAME).interpreted(root)
    assert dumps(by_source.representations) == dumps(plainly.representations)
    assert [places(same) for same in by_source.targets] == [
        places(same) for same in plainly.targets
    ]
    assert by_source.has_absent == plainly.has_absent


def told_apart(values: list[Any]) -> int:
    """How many representations there are for objects with these values."""
    collector = used((LISTED,), Representation((ID,), typename="A"))
    return len(collector({"a": [{"a": value} for value in values]}).representations)


def test_equal_values_of_different_kinds_are_different_entities() -> None:
    assert told_apart([1, 1.0, True, "1", 1, 1.0, True, "1"]) == 4
    assert told_apart([0.0, -0.0, 0, False, 0.0]) == 4
    assert told_apart([["x"], ["x"], {"k": 1}, {"k": 1}]) == 2


@pytest.mark.parametrize(
    ("parts", "has_source"), [((ID,), True), ((Nested("org", "a", (ID,)),), False)]
)
def test_only_plain_parts_are_told_by_their_values(
    parts: tuple[RepresentationPart, ...], has_source: bool
) -> None:
    assert (generate_identify(Representation(parts), TYPENAME) is not None) == has_source
