"""Ways to merge the applications of a directive that several directives take."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from graphql import print_ast

from gateway.composition.literals import listing, string
from gateway.composition.model import Applied
from gateway.composition.specification.authorization import one_of
from gateway.composition.specification.directive import Arguments, Merge


def each_once(found: Sequence[Applied]) -> list[Arguments]:
    """All that differ: ``@tag(name: "a") @tag(name: "b")``."""
    unique = {written_arguments(applied): applied.arguments for applied in found}
    return list(unique.values())


def written_arguments(applied: Applied) -> str:
    """Return the arguments as text, in the order of their names."""
    given = sorted(applied.arguments.items())
    return ", ".join(f"{name}: {print_ast(value)}" for name, value in given)


def once(_: Sequence[Applied]) -> list[Arguments]:
    """A mark: one subgraph that sets it is enough."""
    return [{}]


def all_of(argument: str) -> Merge:
    """Requirements are ORs of ANDs; those of several subgraphs must all be met.

    ``[["a"], ["b"]]`` in one and ``[["c"]]`` in another: ``[["a", "c"], ["b", "c"]]``.
    """

    read = one_of(argument)

    def merge(found: Sequence[Applied]) -> list[Arguments]:
        if len(each_once(found)) == 1:
            return [found[0].arguments]
        combined: list[frozenset[str]] = [frozenset()]
        for alternatives in dict.fromkeys(map(read, found)):
            combined = [left | right for left, right in product(combined, alternatives)]
        minimal = [one for one in dict.fromkeys(combined) if not any(o < one for o in combined)]
        value = listing([listing([string(name) for name in sorted(one)]) for one in minimal])
        return [{argument: value}]

    return merge
