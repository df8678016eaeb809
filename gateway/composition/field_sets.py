"""Field sets: the selections inside ``@key``, ``@requires``, ``@provides`` and ``@fromContext``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    ConstValueNode,
    FieldNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    parse,
    print_ast,
)

from gateway.composition.model import COMPOSITE, Applied, Field, Kind, Subgraph, Type


@dataclass(frozen=True, slots=True)
class Pick:
    """A selected field. ``directives`` keeps the written text of what field sets may not have."""

    name: str
    alias: str | None = None
    arguments: tuple[tuple[str, ConstValueNode], ...] = ()
    selections: FieldSet = ()
    directives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class On:
    """An inline fragment; without a type it groups."""

    type: str | None
    selections: FieldSet
    directives: tuple[str, ...] = ()


FieldSet = tuple[Pick | On, ...]


@lru_cache(maxsize=4096)
def parse_field_set(text: str) -> FieldSet:
    """Return the selections of a field set; raises GraphQLSyntaxError."""
    braced = text.lstrip().startswith("{") and text.rstrip().endswith("}")
    definition = parse(text if braced else f"{{{text}}}", no_location=True).definitions[0]
    if not isinstance(definition, OperationDefinitionNode):
        return ()
    return _selections(definition.selection_set)


def _selections(node: SelectionSetNode | None) -> FieldSet:
    return tuple(_selection(child) for child in (node.selections if node else ()))


def _selection(node: object) -> Pick | On:
    if isinstance(node, FieldNode):
        return Pick(
            node.name.value,
            node.alias.value if node.alias else None,
            tuple((a.name.value, a.value) for a in node.arguments or ()),  # type: ignore[misc]
            _selections(node.selection_set),
            tuple(print_ast(d) for d in node.directives or ()),
        )
    if isinstance(node, InlineFragmentNode):
        return On(
            node.type_condition.name.value if node.type_condition else None,
            _selections(node.selection_set),
            tuple(print_ast(d) for d in node.directives or ()),
        )
    return On(None, ())


def render_field_set(selections: FieldSet) -> str:
    """Return the text of a field set without outer braces, single-spaced."""
    return " ".join(_render(selection) for selection in selections)


def _render(selection: Pick | On) -> str:
    below = f" {{ {render_field_set(selection.selections)} }}" if selection.selections else ""
    if isinstance(selection, On):
        return f"... on {selection.type}{below}" if selection.type else f"...{below}"
    alias = f"{selection.alias}: " if selection.alias else ""
    given = ", ".join(f"{name}: {print_ast(value)}" for name, value in selection.arguments)
    return f"{alias}{selection.name}{f'({given})' if given else ''}{below}"


def fields_of(applied: Applied) -> FieldSet | None:
    """Return the field set of a ``@key``, ``@requires`` or ``@provides``, None when unreadable."""
    written = applied.arguments.get("fields")
    if not isinstance(written, StringValueNode):
        return None
    try:
        return parse_field_set(written.value)
    except GraphQLSyntaxError:
        return None


Coordinate = tuple[str, str]
"""(type, field)."""


def picked_fields(
    subgraph: Subgraph, parent: Type, selections: FieldSet, *, implementations: bool = False
) -> Iterator[tuple[Type, Field]]:
    """Yield every (type, field) that a field set touches, unknown ones left out.

    ``implementations``: a field of an interface counts for all types implementing it too.
    """
    for selection in selections:
        if isinstance(selection, On):
            target = subgraph.types.get(selection.type) if selection.type else parent
            if target is not None:
                yield from picked_fields(
                    subgraph, target, selection.selections, implementations=implementations
                )
            continue
        field = parent.fields.get(selection.name)
        if field is None:
            continue
        yield parent, field
        if implementations and parent.kind is Kind.INTERFACE:
            yield from _implementing(subgraph, parent, field.name)
        below = subgraph.type_of(field.type)
        if below is not None and below.kind in COMPOSITE:
            yield from picked_fields(
                subgraph, below, selection.selections, implementations=implementations
            )


def _implementing(subgraph: Subgraph, interface: Type, name: str) -> Iterator[tuple[Type, Field]]:
    for candidate in subgraph.types.values():
        if interface.name in candidate.interfaces and name in candidate.fields:
            yield candidate, candidate.fields[name]
