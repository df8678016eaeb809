"""What a subgraph resolves itself has no place in its ``@requires`` and ``@provides``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graphql import StringValueNode

from gateway.composition.facts import SubgraphFacts
from gateway.composition.federation1.fields import map_fields
from gateway.composition.field_sets import (
    Coordinate,
    FieldSet,
    On,
    Pick,
    fields_of,
    render_field_set,
)
from gateway.composition.model import COMPOSITE, Applied, Field, Kind, Subgraph, Type


def drop_inactive_selections(subgraph: Subgraph, _: Sequence[Subgraph]) -> Subgraph:
    """What a subgraph resolves itself has no place in its ``@requires`` and ``@provides``."""
    external = SubgraphFacts(subgraph).external

    def change(declared: Type, field: Field) -> Field:
        directives = []
        for applied in field.directives:
            if applied.federation and applied.name in {"requires", "provides"}:
                start = declared if applied.name == "requires" else subgraph.type_of(field.type)
                kept = _active(subgraph, start, applied, external)
                if kept is not None:
                    directives.append(kept)
            else:
                directives.append(applied)
        return replace(field, directives=tuple(directives))

    return map_fields(subgraph, change)


def _active(
    subgraph: Subgraph,
    start: Type | None,
    applied: Applied,
    external: frozenset[Coordinate],
) -> Applied | None:
    """Return the directive with what is external only, None if that is nothing."""
    selections = fields_of(applied)
    if selections is None or start is None or start.kind not in COMPOSITE:
        return applied
    kept = _keep_external(subgraph, start, selections, external)
    if kept == selections:
        return applied
    if not kept:
        return None
    text = StringValueNode(value=render_field_set(kept))
    return replace(applied, arguments={**applied.arguments, "fields": text})


def _keep_external(
    subgraph: Subgraph, parent: Type, selections: FieldSet, external: frozenset[Coordinate]
) -> FieldSet:
    """``@requires(fields: "own theirs")``: what this subgraph resolves goes, the rest stays."""
    kept: list[Pick | On] = []
    for selection in selections:
        if isinstance(selection, On):
            target = subgraph.types.get(selection.type) if selection.type else parent
            below = (
                selection.selections
                if target is None
                else _keep_external(subgraph, target, selection.selections, external)
            )
            if below:
                kept.append(replace(selection, selections=below))
            continue
        field = parent.fields.get(selection.name)
        if field is None or (parent.name, field.name) in external:
            kept.append(selection)
            continue
        target = subgraph.type_of(field.type)
        composite = target is not None and target.kind in COMPOSITE
        if target is None or not composite or not selection.selections:
            if composite or _externally_implemented(subgraph, parent, field.name, external):
                kept.append(selection)
            continue
        nested = _keep_external(subgraph, target, selection.selections, external)
        if nested:
            kept.append(replace(selection, selections=nested))
    return tuple(kept)


def _externally_implemented(
    subgraph: Subgraph, parent: Type, field: str, external: frozenset[Coordinate]
) -> bool:
    return parent.kind is Kind.INTERFACE and any(
        parent.name in declared.interfaces and (name, field) in external
        for name, declared in subgraph.types.items()
    )
