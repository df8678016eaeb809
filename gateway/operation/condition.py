"""When something is asked for: what @skip and @include say, as data.

One form serves the whole gateway: a field of the operation, a need of the planner, a fetch of the
plan and a field of the answer all carry a ``Condition`` under the name ``when``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Conjunction = frozenset[tuple[str, bool]]
"""Facts that must all hold: (variable, the value it must have). The empty one always holds."""

TRUE: Conjunction = frozenset()

# A product of conditions past this many alternatives is replaced by its weaker factor: a fetch
# then runs (or a field is asked for) once more than needed, which is correct.
_MOST_ALTERNATIVES = 16


@dataclass(frozen=True, slots=True)
class Condition:
    """An OR of ANDs over the client's Boolean variables.

    ``alternatives`` are in a canonical form, so that equal conditions compare equal: none is
    implied by another, no two differ in one fact only (``$a and $b, or $a and not $b`` is ``$a``),
    and they are sorted. Make them by ``any_of``. Without alternatives it never holds.
    """

    alternatives: tuple[Conjunction, ...]

    @classmethod
    def any_of(cls, conjunctions: Iterable[Conjunction]) -> Condition:
        """Holds when one of ``conjunctions`` does."""
        terms = set(conjunctions)
        if TRUE in terms:
            return ALWAYS
        while joined := _join_complements(terms):
            terms = _without_implied(terms | joined)
            if TRUE in terms:
                return ALWAYS
        return cls(tuple(sorted(_without_implied(terms), key=sorted)))

    def or_(self, other: Condition) -> Condition:
        """Holds when one of both does."""
        if self is other or not other.alternatives:
            return self
        if not self.alternatives:
            return other
        if self == other:
            return self
        return Condition.any_of((*self.alternatives, *other.alternatives))

    def and_(self, other: Condition) -> Condition:
        """Holds when both do, or (past a bound) when this one does."""
        if other is ALWAYS or other in (ALWAYS, self):
            return self
        if self == ALWAYS:
            return other
        products = {a | b for a in self.alternatives for b in other.alternatives}
        possible = {facts for facts in products if not is_contradiction(facts)}
        return self if len(possible) > _MOST_ALTERNATIVES else Condition.any_of(possible)

    def given(self, known: Condition) -> Condition:
        """What is left to check where ``known`` holds already."""
        if self == known:
            return ALWAYS
        if len(known.alternatives) != 1:
            return self
        [facts] = known.alternatives
        return Condition.any_of(conjunction - facts for conjunction in self.alternatives)

    def holds(self, variables: Mapping[str, Any]) -> bool:
        """Decide it for the values of one request."""
        return any(all_hold(facts, variables) for facts in self.alternatives)

    def __str__(self) -> str:
        """``$a and not $b, or $c``."""
        return ", or ".join(
            " and ".join(f"${name}" if wanted else f"not ${name}" for name, wanted in sorted(facts))
            for facts in self.alternatives
        )


ALWAYS = Condition((TRUE,))
NEVER = Condition(())


def all_hold(facts: Conjunction, variables: Mapping[str, Any]) -> bool:
    """Whether every variable has the value it must have."""
    return all(variables.get(name) is wanted for name, wanted in facts)


def is_contradiction(facts: Conjunction) -> bool:
    """Tell whether two facts want different values of one variable."""
    return len({name for name, _ in facts}) < len(facts)


def _without_implied(terms: set[Conjunction]) -> set[Conjunction]:
    """Leave out what another term implies: ``$a, or $a and $b`` is ``$a``."""
    return {term for term in terms if not any(other < term for other in terms)}


def _join_complements(terms: set[Conjunction]) -> set[Conjunction]:
    """(A and x) or (A and not x) is A: returns the A that are not there yet."""
    joined: set[Conjunction] = set()
    for term in terms:
        for name, wanted in term:
            rest = term - {(name, wanted)}
            if (rest | {(name, not wanted)}) in terms and rest not in terms:
                joined.add(rest)
    return joined
