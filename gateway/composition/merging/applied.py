"""Merges directive applications that the supergraph keeps.

Each federation directive has its own way (``directives``): tags add up, one ``@inaccessible``
hides. Of custom directives, and ``@deprecated``, the most usual arguments are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from gateway.composition.directives import authorizing, carried
from gateway.composition.merging.state import Merging
from gateway.composition.model import Applied, Element, Kind, Type
from gateway.composition.specification.directive import Arguments, Carried, Directive
from gateway.composition.specification.merges import each_once, written_arguments

BUILT_IN = frozenset({"deprecated", "specifiedBy", "oneOf"})


def merge_applied(
    state: Merging, elements: Mapping[int, Element], coordinate: str
) -> tuple[Applied, ...]:
    """Return the merged applications on one element."""
    if not any(element.directives for element in elements.values()):
        return ()
    merged = []
    for directive, way in _ways():
        found = _found(state, elements, directive.name, way)
        if found:
            state.used_directives.add(directive.name)
            merged += [Applied(directive.name, a, federation=True) for a in way.merge(found)]
    return (*merged, *_custom(state, elements, coordinate))


@cache
def _ways() -> tuple[tuple[Directive, Carried], ...]:
    """Those that mean the same everywhere stand first on an element."""
    ways = [(directive, directive.carried) for directive in carried() if directive.carried]
    return tuple(sorted(ways, key=lambda way: way[1].qualify is not None))


def _found(
    state: Merging, elements: Mapping[int, Element], name: str, way: Carried
) -> list[Applied]:
    return [
        way.qualify(applied, state.subgraphs[index]) if way.qualify else applied
        for index, element in elements.items()
        for applied in element.every(name)
    ]


def merge_requirements(elements: Iterable[Element]) -> Iterable[Applied]:
    """Return the authorization directives that demand what all of the elements demand."""
    found = list(elements)
    for directive in authorizing():
        applied = [a for element in found for a in element.every(directive.name)]
        if applied and directive.carried:
            for given in directive.carried.merge(applied):
                yield Applied(directive.name, given, federation=True)


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
            yield from (Applied(name, given) for given in each_once(applications))
        else:
            yield Applied(name, _most_used(state, applications, coordinate))


def _in_place(applied: Applied, element: Element) -> bool:
    """A custom directive of a subgraph may be called @oneOf, too."""
    if applied.name != "oneOf":
        return True
    return isinstance(element, Type) and element.kind is Kind.INPUT


def _most_used(state: Merging, found: Sequence[Applied], coordinate: str) -> Arguments:
    counts = Counter(written_arguments(applied) for applied in found)
    if len(counts) > 1:
        state.hint(
            "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
            f'Directive "@{found[0].name}" is applied to "{coordinate}" with different arguments '
            "in several subgraphs; the most used ones are kept.",
            coordinate,
        )
    best: Any = max(counts, key=lambda written: counts[written])
    return next(applied.arguments for applied in found if written_arguments(applied) == best)
