"""``@context`` and ``@fromContext``: which types set a context, what arguments take from it.

A contextual argument's value is text: ``$name { selection }``. The selection applies on every
type that sets the context.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphql import GraphQLSyntaxError

from gateway.composition.field_sets import FieldSet, parse_field_set
from gateway.composition.model import Field, InputValue, Subgraph, Type

_VALUE = re.compile(r"^\s*\$\s*([A-Za-z_]\w*)\s*(.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FromContext:
    """An argument whose value comes from a context. ``selection`` is as written, None if absent."""

    parent: Type
    field: Field
    argument: InputValue
    context: str | None
    selection: str

    @property
    def coordinate(self) -> str:
        """``T.f(a:)``."""
        return f"{self.parent.name}.{self.field.name}({self.argument.name}:)"


def split_context_value(value: object) -> tuple[str | None, str]:
    """Return (context name, selection text) of a ``@fromContext(field:)``."""
    match = _VALUE.match(value) if isinstance(value, str) else None
    if match is None or not match[2]:
        return None, value if isinstance(value, str) else ""
    return match[1], match[2]


def contextual_arguments(subgraph: Subgraph) -> Iterator[FromContext]:
    """Yield every argument with ``@fromContext``."""
    if "fromContext" not in subgraph.spelling:
        return
    for declared in subgraph.types.values():
        for field in declared.fields.values():
            for argument in field.arguments.values():
                applied = argument.first("fromContext")
                if applied is not None:
                    name, selection = split_context_value(applied.value("field"))
                    yield FromContext(declared, field, argument, name, selection)


def context_setters(subgraph: Subgraph) -> dict[str, list[Type]]:
    """Return the types that set each context."""
    setters: dict[str, list[Type]] = {}
    for declared in subgraph.types.values():
        for applied in declared.every("context"):
            setters.setdefault(str(applied.value("name")), []).append(declared)
    return setters


def context_selections(subgraph: Subgraph) -> Iterator[tuple[Type, FieldSet]]:
    """Yield (type setting the context, selection taken from it) for every contextual argument."""
    setters = context_setters(subgraph)
    for taken in contextual_arguments(subgraph):
        try:
            selections = parse_field_set(taken.selection)
        except GraphQLSyntaxError:
            continue
        for setter in setters.get(taken.context or "", ()):
            yield setter, selections
