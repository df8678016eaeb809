"""Directives where they never meant anything: Federation 2 refuses what Federation 1 ignored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.composition.federation1.fields import map_fields, without
from gateway.composition.model import COMPOSITE, Field, Kind, Subgraph, Type


def drop_misplaced_external(subgraph: Subgraph, _: Sequence[Subgraph]) -> Subgraph:
    """On interface fields ``@external`` never meant anything."""
    return map_fields(
        subgraph,
        lambda declared, field: (
            without(field, ("external",)) if declared.kind is Kind.INTERFACE else field
        ),
    )


def drop_directives_on_interfaces(subgraph: Subgraph, _: Sequence[Subgraph]) -> Subgraph:
    """Keys, requires and provides on interfaces were ignored."""
    types = {
        name: replace(
            declared,
            directives=tuple(
                a for a in declared.directives if not (a.federation and a.name == "key")
            ),
        )
        if declared.kind is Kind.INTERFACE
        else declared
        for name, declared in subgraph.types.items()
    }
    return map_fields(
        replace(subgraph, types=types),
        lambda declared, field: (
            without(field, ("provides", "requires")) if declared.kind is Kind.INTERFACE else field
        ),
    )


def drop_provides_on_leaves(subgraph: Subgraph, _: Sequence[Subgraph]) -> Subgraph:
    """``@provides`` on a scalar or enum was ignored."""

    def change(_: Type, field: Field) -> Field:
        target = subgraph.type_of(field.type)
        if target is not None and target.kind in COMPOSITE:
            return field
        return without(field, ("provides",))

    return map_fields(subgraph, change)
