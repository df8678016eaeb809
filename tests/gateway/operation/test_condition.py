"""Conditions, held against truth tables."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from gateway.operation.condition import ALWAYS, NEVER, Condition, Conjunction

NAMES = "abc"
CONJUNCTIONS = st.dictionaries(st.sampled_from(NAMES), st.booleans()).map(
    lambda facts: frozenset(facts.items())
)
TERMS = st.lists(CONJUNCTIONS, max_size=5)
CONDITIONS = TERMS.map(Condition.any_of)
WORLDS = [dict(zip(NAMES, values, strict=True)) for values in product([True, False], repeat=3)]
A = Condition.any_of([frozenset({("a", True)})])
NOT_A_AND_B = Condition.any_of([frozenset({("a", False), ("b", True)})])


@given(TERMS)
def test_a_condition_holds_when_one_of_its_conjunctions_does(terms: list[Conjunction]) -> None:
    for world in WORLDS:
        expected = any(all(world[name] is wanted for name, wanted in facts) for facts in terms)
        assert Condition.any_of(terms).holds(world) is expected


@given(CONDITIONS, CONDITIONS)
def test_or_and_and_are_those_of_logic(first: Condition, second: Condition) -> None:
    for world in WORLDS:
        one, other = first.holds(world), second.holds(world)
        assert first.or_(second).holds(world) is (one or other)
        assert first.and_(second).holds(world) is (one and other)


@given(CONDITIONS, CONDITIONS)
def test_what_is_left_decides_where_the_rest_is_known(when: Condition, known: Condition) -> None:
    for world in WORLDS:
        if known.holds(world):
            assert when.given(known).holds(world) is when.holds(world)


@given(CONDITIONS)
def test_what_the_operations_make_is_in_the_canonical_form(when: Condition) -> None:
    for made in (when, when.or_(A), when.and_(A), when.given(A)):
        assert made == Condition.any_of(made.alternatives)


def test_always_and_never() -> None:
    assert Condition.any_of([frozenset({("a", True)}), frozenset()]) == ALWAYS
    assert Condition.any_of([]) == NEVER
    assert A.or_(ALWAYS) == ALWAYS
    assert NEVER.or_(A) == A
    assert ALWAYS.and_(A) == A
    assert A.and_(NEVER) == NEVER
    assert A.given(A) == ALWAYS


def test_an_implied_term_and_two_complements_are_told_shorter() -> None:
    short, long = frozenset({("a", True)}), frozenset({("a", True), ("b", True)})
    assert Condition.any_of([long, short]).alternatives == (short,)
    assert A.or_(Condition.any_of([frozenset({("a", False)})])) == ALWAYS


def test_a_variable_that_is_not_there_is_not_false() -> None:
    assert not Condition.any_of([frozenset({("a", False)})]).holds({})


def test_the_text_of_a_condition() -> None:
    assert str(A.or_(NOT_A_AND_B)) == "not $a and $b, or $a"


def test_many_alternatives_leave_the_weaker_factor() -> None:
    some = Condition.any_of(frozenset({(f"x{n}", True)}) for n in range(5))
    others = Condition.any_of(frozenset({(f"y{n}", True)}) for n in range(5))
    assert some.and_(others) == some
