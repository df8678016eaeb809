"""The algebra of conditions, held against truth tables."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.operation.model import ALWAYS, When
from gateway.planning.conditions import NEVER, both, either
from gateway.planning.conditions import given as left_of

NAMES = "abc"
CONJUNCTIONS = st.dictionaries(st.sampled_from(NAMES), st.booleans()).map(
    lambda facts: frozenset(facts.items())
)
WHENS = st.lists(CONJUNCTIONS, max_size=3).map(tuple)
WORLDS = [dict(zip(NAMES, values, strict=True)) for values in product([True, False], repeat=3)]


def holds(when: When, world: dict[str, bool]) -> bool:
    return any(all(world[name] is wanted for name, wanted in facts) for facts in when)


@settings(deadline=None)
@given(WHENS, WHENS)
def test_either_is_or_and_both_is_and(first: When, second: When) -> None:
    for world in WORLDS:
        one, other = holds(first, world), holds(second, world)
        assert holds(either(first, second), world) is (one or other)
        assert holds(both(first, second), world) is (one and other)


@settings(deadline=None)
@given(WHENS, WHENS)
def test_what_is_left_decides_where_the_rest_is_known(when: When, known: When) -> None:
    for world in WORLDS:
        if holds(known, world):
            assert holds(left_of(when, known), world) is holds(when, world)


def test_always_and_never() -> None:
    x = (frozenset({("x", True)}),)
    assert either(x, ALWAYS) == ALWAYS
    assert either(NEVER, x) == x
    assert both(ALWAYS, x) == x
    assert left_of(x, x) == ALWAYS
