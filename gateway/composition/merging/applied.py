"""Merges directive applications that the supergraph keeps.

Each directive has its own way: tags add up, one ``@inaccessible`` hides, authorization
requirements must all hold, costs take the highest, deprecations the most usual reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from graphql import ConstValueNode, print_ast

from gateway.composition.merging.literals import flag, listing, number, string
from gateway.composition.merging.state import Merging
from gateway.composition.model import Applied, Element, Kind, Type
from gateway.composition.reading.specifications import AUTHORIZATION

Arguments = Mapping[str, ConstValueNode]
BUILT_IN = frozenset({"deprecated", "specifiedBy", "oneOf"})


def merge_applied(
    state: Merging, elements: Mapping[int, Element], coordinate: str
) -> tuple[Applied, ...]:
    """Return the merged applications on one element."""
    if not any(element.directives for element in elements.values()):
        return ()
    merged = []
    for name, strategy in _STRATEGIES.items():
        found = [a for element in elements.values() for a in element.every(name)]
        if found:
            state.used_directives.add(name)
            merged += [Applied(name, given, federation=True) for given in strategy(found)]
    merged += _contexts(state, elements)
    return (*merged, *_custom(state, elements, coordinate))


def _each_once(found: Sequence[Applied]) -> list[Arguments]:
    unique = {_written(applied): applied.arguments for applied in found}
    return list(unique.values())


def _written(applied: Applied) -> str:
    given = sorted(applied.arguments.items())
    return ", ".join(f"{name}: {print_ast(value)}" for name, value in given)


def _once(_: Sequence[Applied]) -> list[Arguments]:
    return [{}]


def _all_of(argument: str) -> Callable[[Sequence[Applied]], list[Arguments]]:
    """Requirements are ORs of ANDs; those of several subgraphs must all be met."""

    def merge(found: Sequence[Applied]) -> list[Arguments]:
        if len(_each_once(found)) == 1:
            return [found[0].arguments]
        combined: list[frozenset[str]] = [frozenset()]
        for alternatives in dict.fromkeys(_alternatives(a, argument) for a in found):
            combined = [left | right for left, right in product(combined, alternatives)]
        minimal = [one for one in dict.fromkeys(combined) if not any(o < one for o in combined)]
        value = listing([listing([string(name) for name in sorted(one)]) for one in minimal])
        return [{argument: value}]

    return merge


def _alternatives(applied: Applied, argument: str) -> tuple[frozenset[str], ...]:
    value = applied.value(argument) or []
    return tuple(frozenset(map(str, one)) for one in value)


def _highest(found: Sequence[Applied]) -> list[Arguments]:
    return [{"weight": number(max(int(applied.value("weight")) for applied in found))}]


def _sizes(found: Sequence[Applied]) -> list[Arguments]:
    merged: dict[str, ConstValueNode] = {}
    assumed = [a.value("assumedSize") for a in found if a.value("assumedSize") is not None]
    if assumed:
        merged["assumedSize"] = number(max(map(int, assumed)))
    for argument in ("slicingArguments", "sizedFields"):
        lists = [a.value(argument) for a in found if a.value(argument) is not None]
        if lists:
            names = dict.fromkeys(name for one in lists for name in one)
            merged[argument] = listing([string(name) for name in names])
    required = [a.value("requireOneSlicingArgument") for a in found]
    if len(set(map(_written, found))) > 1 or required[0] is not None:
        merged["requireOneSlicingArgument"] = flag(all(value is not False for value in required))
    return [merged]


_STRATEGIES: dict[str, Callable[[Sequence[Applied]], list[Arguments]]] = {
    "tag": _each_once,
    "inaccessible": _once,
    "authenticated": _once,
    "requiresScopes": _all_of("scopes"),
    "policy": _all_of("policies"),
    "cost": _highest,
    "listSize": _sizes,
}
MERGED = frozenset(_STRATEGIES)
"""Federation directives that reach the supergraph."""


def merge_requirements(elements: Iterable[Element]) -> Iterable[Applied]:
    """Return the authorization directives that demand what all of the elements demand."""
    found = list(elements)
    for name in AUTHORIZATION:
        applied = [a for element in found for a in element.every(name)]
        if applied:
            for given in _STRATEGIES[name](applied):
                yield Applied(name, given, federation=True)


def _contexts(state: Merging, elements: Mapping[int, Element]) -> list[Applied]:
    """A context's name is qualified by its subgraph: two subgraphs may use the same word."""
    names = [
        f"{state.subgraphs[index].name}__{applied.value('name')}"
        for index, element in elements.items()
        for applied in element.every("context")
    ]
    if names:
        state.used_directives.add("context")
    return [
        Applied("context", {"name": string(name)}, federation=True) for name in dict.fromkeys(names)
    ]


def _custom(state: Merging, elements: Mapping[int, Element], coordinate: str) -> Iterable[Applied]:
    found: dict[str, list[Applied]] = {}
    for index, element in elements.items():
        for applied in element.directives:
            kept = applied.name in BUILT_IN or index in state.composed.get(applied.name, ())
            if kept and not applied.federation and _in_place(applied, element):
                found.setdefault(applied.name, []).append(applied)
    for name, applications in found.items():
        definition = state.directives.get(name)
        if definition is not None and definition.repeatable:
            yield from (Applied(name, given) for given in _each_once(applications))
        else:
            yield Applied(name, _most_used(state, applications, coordinate))


def _in_place(applied: Applied, element: Element) -> bool:
    """A custom directive of a subgraph may be called @oneOf, too."""
    if applied.name != "oneOf":
        return True
    return isinstance(element, Type) and element.kind is Kind.INPUT


def _most_used(state: Merging, found: Sequence[Applied], coordinate: str) -> Arguments:
    counts = Counter(_written(applied) for applied in found)
    if len(counts) > 1:
        state.hint(
            "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
            f'Directive "@{found[0].name}" is applied to "{coordinate}" with different arguments '
            "in several subgraphs; the most used ones are kept.",
            coordinate,
        )
    best: Any = max(counts, key=lambda written: counts[written])
    return next(applied.arguments for applied in found if _written(applied) == best)
