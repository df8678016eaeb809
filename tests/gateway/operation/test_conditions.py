"""Conditions as ORs of ANDs."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from gateway.operation.conditions import any_of
from gateway.operation.model import ALWAYS

FACTS = st.tuples(st.sampled_from("abc"), st.booleans())
TERMS = st.frozensets(FACTS, max_size=3).filter(
    lambda term: not any((name, not value) in term for name, value in term)
)


def test_an_empty_conjunction_is_always() -> None:
    assert any_of([frozenset({("a", True)}), frozenset()]) == ALWAYS


def test_absorbed_terms_are_dropped() -> None:
    short, long = frozenset({("a", True)}), frozenset({("a", True), ("b", True)})
    assert any_of([long, short]) == (short,)


@given(st.lists(TERMS, min_size=1, max_size=5))
def test_simplifying_changes_no_truth_value(terms: list[frozenset[tuple[str, bool]]]) -> None:
    simplified = any_of(terms)
    for values in product([True, False], repeat=3):
        assignment = dict(zip("abc", values, strict=True))

        def holds(conjunctions: object, given: dict[str, bool] = assignment) -> bool:
            return any(
                all(given[name] is value for name, value in term)
                for term in conjunctions  # type: ignore[attr-defined]
            )

        assert holds(terms) == holds(simplified)
