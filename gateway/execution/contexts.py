"""Targets of a group with contexts, each with the values that objects above it give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from gateway.execution.paths import compile_paths, is_of
from gateway.execution.representations import Unbuilt
from gateway.planning.plan import (
    ContextVariable,
    EntityGroup,
    Leaf,
    Nested,
    PerType,
    RepresentationPart,
)
from gateway.request.json_text import dumps

Object = dict[str, Any]
Lineage = tuple[Object, ...]
"""A target, last, and the objects above it that may set contexts, from the root down."""

Values = tuple[bytes, ...]
"""The JSON of one value for each context variable of a group."""

CollectInContext = Callable[[Object], Iterator[tuple[Object, Values | Unbuilt]]]
"""From the root of the gathered data: every target with its values, or why it has none."""


def compile_contexts(group: EntityGroup, typename_key: str) -> CollectInContext | None:
    """Return the collector of a group with contexts, None for any other group."""
    if not group.contexts:
        return None
    [path] = group.targets
    steps = sorted({setter.steps for v in group.contexts for setter in v.setters})
    bounds = [0, *steps, len(path)]
    walks = [compile_paths([path[start:end]], typename_key) for start, end in pairwise(bounds)]
    reads = [_compile_variable(variable, steps, typename_key) for variable in group.contexts]

    def collect(root: Object) -> Iterator[tuple[Object, Values | Unbuilt]]:
        lineages: list[Lineage] = [(root,)]
        for walk in walks:
            lineages = [(*line, item) for line in lineages for item in walk(line[-1])]
        for line in lineages:
            yield line[-1], _values(line[1:])

    def _values(line: Lineage) -> Values | Unbuilt:
        found: list[bytes] = []
        for read in reads:
            value = read(line)
            if isinstance(value, Unbuilt):
                return value
            found.append(dumps(value))
        return tuple(found)

    return collect


def _compile_variable(
    variable: ContextVariable, steps: list[int], typename_key: str
) -> Callable[[Lineage], Any]:
    """The reader of one variable: from a target's lineage to its value, or why it has none.

    The nearest object that sets the context decides, even if its value is null. A null where the
    argument must not be null is like a null key: there is nothing to ask, and no error.
    """
    setters = [
        (steps.index(setter.steps), setter.types, setter.selection) for setter in variable.setters
    ]
    is_required = variable.type.endswith("!")

    def read(line: Lineage) -> Any:
        for place, types, selection in setters:
            if types is None or is_of(line[place], types, typename_key):
                value = _value(line[place], selection, typename_key)
                return Unbuilt.NULL_KEY if value is None and is_required else value
        return Unbuilt.ABSENT

    return read


def _value(source: Object, parts: tuple[RepresentationPart, ...], typename_key: str) -> Any:
    """The one value that a context's selection leads to, ABSENT if it was never gathered."""
    for part in parts:
        match part:
            case PerType(types, inner):
                if is_of(source, types, typename_key):
                    return _value(source, inner, typename_key)
            case Leaf("__typename", _):
                continue
            case Leaf(_, key):
                return source.get(key, Unbuilt.ABSENT)
            case Nested(_, key, inner):
                return _below(source.get(key, Unbuilt.ABSENT), inner, typename_key)
    return Unbuilt.ABSENT


def _below(value: Any, parts: tuple[RepresentationPart, ...], typename_key: str) -> Any:
    if type(value) is list:
        items = [_below(item, parts, typename_key) for item in value]
        return Unbuilt.ABSENT if Unbuilt.ABSENT in items else items
    return _value(value, parts, typename_key) if type(value) is dict else value
