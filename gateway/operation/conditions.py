"""Conditions of @skip and @include: conjunctions of facts about variables, and ORs of them.

A fact is (variable, the value it must have). A conjunction is a frozenset of facts; ``None``
stands for one that can never hold.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphql import BooleanValueNode, DirectiveNode, VariableNode

from gateway.operation.model import ALWAYS, When

Conjunction = frozenset[tuple[str, bool]]
TRUE: Conjunction = frozenset()


def directive_facts(directives: Iterable[DirectiveNode]) -> Conjunction | None:
    """Return the facts that @skip and @include demand, None where a literal already forbids."""
    facts: set[tuple[str, bool]] = set()
    for directive in directives:
        name = directive.name.value
        if name not in {"skip", "include"}:
            continue
        wanted = name == "include"
        value = next((a.value for a in directive.arguments or () if a.name.value == "if"), None)
        if isinstance(value, BooleanValueNode):
            if value.value is not wanted:
                return None
        elif isinstance(value, VariableNode):
            facts.add((value.name.value, wanted))
    return None if is_contradiction(facts) else frozenset(facts)


def conjoin(held: Conjunction, facts: Conjunction, known: Conjunction) -> Conjunction | None:
    """Add ``facts`` to ``held``, leaving out what is ``known`` to be true where they are read."""
    if not facts:
        return held
    result = held | (facts - known)
    return None if is_contradiction(result | known) else result


def is_contradiction(facts: Iterable[tuple[str, bool]]) -> bool:
    """Tell whether two facts want different values of one variable."""
    facts = set(facts)
    return any((name, not value) in facts for name, value in facts)


def any_of(conjunctions: Iterable[Conjunction]) -> When:
    """OR them in a canonical form: absorbed terms dropped, complementary ones joined."""
    terms = set(conjunctions)
    if TRUE in terms:
        return ALWAYS
    while joined := _join_complements(terms):
        terms |= joined
        terms = _without_absorbed(terms)
        if TRUE in terms:
            return ALWAYS
    return tuple(sorted(_without_absorbed(terms), key=sorted))


def _without_absorbed(terms: set[Conjunction]) -> set[Conjunction]:
    return {term for term in terms if not any(other < term for other in terms)}


def _join_complements(terms: set[Conjunction]) -> set[Conjunction]:
    """(A and x) or (A and not x) is A: returns the A that are not there yet."""
    joined: set[Conjunction] = set()
    for term in terms:
        for fact in term:
            rest = term - {fact}
            if (rest | {(fact[0], not fact[1])}) in terms and rest not in terms:
                joined.add(rest)
    return joined
