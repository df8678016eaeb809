"""What @requires asks with arguments."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.supergraph.field_set import FieldSelection, FieldSet
from gateway.supergraph.model import Supergraph


def fields_required_with_arguments(supergraph: Supergraph) -> frozenset[str]:
    """Return the names of all fields that any subgraph requires with arguments of its own."""
    return frozenset(
        name
        for type_ in supergraph.types.values()
        for in_subgraph in type_.subgraphs.values()
        for field in in_subgraph.fields.values()
        if field.requires
        for name in _with_arguments(field.requires)
    )


def _with_arguments(selections: FieldSet) -> Iterator[str]:
    for selection in selections:
        if isinstance(selection, FieldSelection) and selection.arguments:
            yield selection.name
        yield from _with_arguments(selection.selections)
