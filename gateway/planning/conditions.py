"""Conditions on variables as ORs of ANDs: the algebra of ``When``."""

from __future__ import annotations

from gateway.operation.model import ALWAYS, When

NEVER: When = ()

# A product of conditions past this many alternatives is replaced by its weaker factor: a fetch
# then runs (or a field is asked for) once more than needed, which is correct.
_MOST_ALTERNATIVES = 16


def either(first: When, second: When) -> When:
    """Holds when one of them does, in a canonical form."""
    if first == second or not second:
        return first
    if not first:
        return second
    return _absorbed({*first, *second})


def both(first: When, second: When) -> When:
    """Holds when both do, or (past a bound) when the first does."""
    if second in (ALWAYS, first):
        return first
    if first == ALWAYS:
        return second
    products = {a | b for a in first for b in second if _is_consistent(a | b)}
    return first if len(products) > _MOST_ALTERNATIVES else _absorbed(products)


def given(when: When, known: When) -> When:
    """What is left to check of ``when`` where ``known`` holds already."""
    if when == known:
        return ALWAYS
    if len(known) != 1:
        return when
    [facts] = known
    return _absorbed({conjunction - facts for conjunction in when})


def _is_consistent(conjunction: frozenset[tuple[str, bool]]) -> bool:
    return len({name for name, _ in conjunction}) == len(conjunction)


def _absorbed(alternatives: set[frozenset[tuple[str, bool]]]) -> When:
    kept = [a for a in alternatives if not any(b < a for b in alternatives)]
    return tuple(sorted(kept, key=sorted))
