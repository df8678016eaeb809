"""The generated projection against the closures that it stands in for."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import build_schema
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.projection.generate import Irregular, generate
from gateway.projection.projection import USES_BEFORE_SOURCE, Projection, compile_projection
from gateway.request.gathered import Gathered
from tests.gateway.projection.test_projection import SDL
from tests.testkit.running import operation

SCHEMA = build_schema(SDL)
QUERY = """
{
  me { id name email best { __typename id } friend { name } }
  must { id }
  users { id name }
  strict { email id }
  grid
  pet { __typename name ... on Dog { barks owner { id } } ... on Cat { lives } }
  pets { ... on Dog { barks } name }
  colour
  colours
  json
  renamed: text
  any { ... on Dog { name } ... on User { id friend { id } } }
}
"""

LEAVES = st.one_of(st.text(max_size=3), st.integers(-5, 5), st.booleans(), st.floats(0, 1))
ANYTHING = st.recursive(
    st.one_of(st.none(), LEAVES),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(["id", "name"]), inner)
    ),
    max_leaves=4,
)


def sometimes_wrong(right: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 30).flatmap(lambda dice: ANYTHING if dice == 0 else right)


def an_object(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """All fields, or all but some; and one that nobody selected."""
    whole = st.fixed_dictionaries({k: sometimes_wrong(v) for k, v in fields.items()})
    parts = st.fixed_dictionaries({}, optional={k: sometimes_wrong(v) for k, v in fields.items()})
    return st.one_of(whole, whole, whole, parts).map(lambda made: {**made, "_key": 1})


def maybe(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), value, value)


USER = an_object(id=LEAVES, name=maybe(LEAVES), email=LEAVES)
FRIEND = an_object(id=LEAVES, name=maybe(LEAVES))
ME = an_object(id=LEAVES, name=maybe(LEAVES), email=LEAVES, best=FRIEND, friend=maybe(FRIEND))
PET = an_object(
    __typename=st.sampled_from(["Dog", "Cat", "Pet", "Bird"]),
    name=maybe(LEAVES),
    barks=maybe(LEAVES),
    owner=USER,
    lives=LEAVES,
)
COLOURS = st.sampled_from(["RED", "GREEN", "RED", "GREEN", "RED", "BLUE"])
DATA = an_object(
    me=maybe(ME),
    must=USER,
    users=maybe(st.lists(maybe(USER), max_size=3)),
    strict=st.lists(USER, max_size=3),
    grid=maybe(st.lists(maybe(st.lists(LEAVES, max_size=2)), max_size=2)),
    pet=maybe(PET),
    pets=maybe(st.lists(PET, max_size=2)),
    colour=maybe(COLOURS),
    colours=maybe(st.lists(COLOURS, max_size=2)),
    json=ANYTHING,
    renamed=maybe(LEAVES),
    any=maybe(an_object(__typename=st.sampled_from(["Dog", "User"]), name=LEAVES, id=LEAVES)),
)
WHOLE = {
    "me": {"id": 1, "name": None, "email": "e", "best": {"id": 2}, "friend": {"name": "f"}},
    "must": {"id": 1, "_key": "not asked for"},
    "users": [None, {"id": 1, "name": "n"}],
    "strict": [{"id": 1, "email": "e"}],
    "grid": [[1, 2], None],
    "pet": {"__typename": "Dog", "name": "d", "barks": 1, "owner": {"id": 1}},
    "pets": [{"__typename": "Cat", "name": None}],
    "colour": "RED",
    "colours": ["GREEN"],
    "json": {"any": [1]},
    "renamed": None,
    "any": {"__typename": "User", "id": 1, "friend": None},
}


def used(query: str) -> Projection:
    """The projection of ``query``, asked for often enough to have source."""
    projection = compile_projection(operation(SDL, query), SCHEMA)
    for _ in range(USES_BEFORE_SOURCE + 1):
        projection(Gathered({}), {})
    return projection


@settings(max_examples=200)
@given(DATA)
def test_source_answers_as_the_closures_do(data: dict[str, Any]) -> None:
    projection = used(QUERY)
    assert projection(Gathered(data), {}) == projection.interpreted(Gathered(data), {})


def test_what_is_whole_is_done_by_source_alone() -> None:
    made = generate(operation(SDL, QUERY).selection, SCHEMA, "__typename")
    assert made is not None
    answer, errors = compile_projection(operation(SDL, QUERY), SCHEMA).interpreted(
        Gathered(WHOLE), {}
    )
    assert errors == []
    assert made(WHOLE) == answer
    assert answer is not None
    assert list(made(WHOLE)["me"]) == ["id", "name", "email", "best", "friend"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"must": None},
        {"must": {"id": None}},
        {"must": {"id": {}}},
        {"must": []},
        {"strict": [None]},
        {"strict": {}},
        {"grid": [[None]]},
        {"colour": "BLUE"},
        {"colour": ["RED"]},
        {"pet": {"__typename": "Bird", "name": "b"}},
        {"pet": {"__typename": ["Dog"], "name": "b"}},
        {"pet": {"name": "no type"}},
        {"renamed": []},
    ],
)
def test_source_gives_up_where_something_is_wrong(wrong: dict[str, Any]) -> None:
    made = generate(operation(SDL, QUERY).selection, SCHEMA, "__typename")
    assert made is not None
    with pytest.raises((Irregular, KeyError, TypeError)):
        made({**WHOLE, **wrong})
    projection = used(QUERY)
    _, errors = projection(Gathered({**WHOLE, **wrong}), {})
    assert errors


@pytest.mark.parametrize(
    "query",
    [
        "query($a: Boolean!) { me { id @include(if: $a) } }",
        "{ __schema { queryType { name } } }",
    ],
)
def test_there_is_no_source_for_conditions_and_introspection(query: str) -> None:
    assert generate(operation(SDL, query).selection, SCHEMA, "__typename") is None
