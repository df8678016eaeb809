"""Generated readers do what the interpreter does: for any selection, and any value it meets."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLString,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.graphql.plain import NotPlain, Reader, leaf_reader
from shared.graphql.readers import interpreted_reader, object_converter, object_reader
from tests.shared.graph import Color, make_schema

TYPES = make_schema()._schema.type_map
LEAVES = [
    *(GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString),
    *(TYPES[name] for name in ("Color", "DateTime", "Decimal", "UUID")),
]
NAMES = ("a", "b", "c")
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**33), 2**33),
    st.sampled_from([2**31 - 1, 2**31, -(2**31), -(2**31) - 1]),
    st.floats(),
    st.text(max_size=3),
    st.decimals(allow_nan=True, places=2),
    st.uuids(),
    st.datetimes(timezones=st.sampled_from([UTC, None])),
    st.sampled_from(Color),
    st.sampled_from([ValueError("told by a field"), object(), (), [None]]),
)
WHOLE = VALUES | st.lists(VALUES, max_size=3) | st.lists(st.text(max_size=2), max_size=3)


@st.composite
def readers(draw: st.DrawFn) -> Reader | None:
    """A reader of a leaf, a list of leaves or a nested object, or none."""
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return None
    if kind == 1:
        return Reader(None, constant="Thing")
    leaf: Any = draw(st.sampled_from(LEAVES))
    item = GraphQLNonNull(leaf) if draw(st.booleans()) else leaf
    type_: Any = GraphQLList(item) if draw(st.integers(0, 3)) == 0 else leaf
    if draw(st.booleans()):
        type_ = GraphQLNonNull(type_)
    return leaf_reader(draw(st.sampled_from(NAMES)), type_, as_json=draw(st.booleans()))


ENTRIES = st.lists(st.tuples(st.text(max_size=4), readers()), max_size=5)


def outcome(read: Any, source: Any) -> tuple[str, Any]:
    try:
        return "answer", [*read(source).items()]
    except Exception as error:  # noqa: BLE001  whatever it is
        return "error", type(error)


@settings(max_examples=500)
@given(ENTRIES, st.fixed_dictionaries(dict.fromkeys(NAMES, WHOLE)))
def test_generated_and_interpreted_agree(
    entries: list[tuple[str, Reader | None]], values: dict[str, Any]
) -> None:
    """The same answer in the same order, or an error of either: the field goes the ordinary way."""
    source = SimpleNamespace(**values)
    generated = outcome(object_reader(entries), source)
    interpreted = outcome(interpreted_reader(entries), source)
    assert generated[0] == interpreted[0]
    assert repr(generated[1]) == repr(interpreted[1]) or generated[0] == "error"


@given(ENTRIES, ENTRIES, st.fixed_dictionaries(dict.fromkeys(NAMES, WHOLE)), st.booleans())
def test_objects_within_objects_agree(
    outer: list[tuple[str, Reader | None]],
    inner: list[tuple[str, Reader | None]],
    values: dict[str, Any],
    nullable: bool,
) -> None:
    def nested(make: Any) -> Any:
        convert = object_converter(make(inner), lambda _: False)
        return make([*outer, ("nested", Reader("child", nullable, convert))])

    for child in (SimpleNamespace(**values), None, ValueError("told by a field")):
        source = SimpleNamespace(**values, child=child)
        generated = outcome(nested(object_reader), source)
        interpreted = outcome(nested(interpreted_reader), source)
        assert generated[0] == interpreted[0]
        assert repr(generated[1]) == repr(interpreted[1]) or generated[0] == "error"


def test_what_is_missing_is_an_error_of_either() -> None:
    reader = leaf_reader("gone", GraphQLString, as_json=False)
    for make in (object_reader, interpreted_reader):
        assert outcome(make([("x", reader)]), SimpleNamespace()) == ("error", AttributeError)


def test_values_of_other_kinds_are_not_plain() -> None:
    for type_, value in (
        (GraphQLInt, True),
        (GraphQLInt, 2**31),
        (GraphQLString, 5),
        (GraphQLBoolean, 1),
        (TYPES["DateTime"], datetime(2026, 1, 1)),  # noqa: DTZ001
    ):
        reader = leaf_reader("a", type_, as_json=True)
        for make in (object_reader, interpreted_reader):
            assert outcome(make([("x", reader)]), SimpleNamespace(a=value)) == ("error", NotPlain)
    fine = {"a": Decimal("2.50"), "b": UUID(int=1)}
    entries = [
        ("x", leaf_reader("a", TYPES["Decimal"], as_json=True)),
        ("y", leaf_reader("b", TYPES["UUID"], as_json=True)),
    ]
    assert object_reader(entries)(SimpleNamespace(**fine)) == {"x": "2.50", "y": str(UUID(int=1))}
