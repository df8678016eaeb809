"""Merges one output field of an object or interface type."""

from __future__ import annotations

from dataclasses import replace

from gateway.composition.merging.applied import merge_applied
from gateway.composition.merging.arguments import merge_arguments
from gateway.composition.merging.descriptions import merge_description
from gateway.composition.merging.external import check_external, resolving_only
from gateway.composition.merging.joins import join_fields
from gateway.composition.merging.references import merge_reference
from gateway.composition.merging.state import Merging, Overridden, Sources
from gateway.composition.model import Field


def merge_field(
    state: Merging, parent: str, sources: Sources, name: str, overridden: Overridden
) -> Field | None:
    """Return the merged field, None (and an error) if no subgraph resolves it."""
    coordinate = f"{parent}.{name}"
    fields = {i: t.fields[name] for i, t in sources.items() if name in t.fields}
    resolving = resolving_only(state, parent, fields)
    if not resolving and not _by_interface_object(state, parent, name, sources):
        state.refuse(
            "EXTERNAL_MISSING_ON_BASE",
            f'Field "{coordinate}" is marked @external on all the subgraphs in which it is listed '
            f"({state.subgraph_names(fields)}).",
            coordinate,
            fields,
            "Declare it without @external in the subgraph that resolves it.",
        )
        return None
    counted = resolving or fields
    reference, same = merge_reference(
        state,
        {index: field.type for index, field in counted.items()},
        f'field "{coordinate}"',
        coordinate,
        "FIELD_TYPE_MISMATCH",
    )
    same_everywhere = same and all(field.type == reference for field in fields.values())
    merged = Field(
        name=name,
        description=merge_description(state, counted.values(), coordinate),
        type=reference,
        arguments=merge_arguments(state, counted, coordinate),
        directives=merge_applied(state, counted, coordinate),
    )
    if len(resolving) < len(fields):
        check_external(state, parent, fields, merged, same_type=same)
    joins = join_fields(state, parent, sources, name, overridden, same_type=same_everywhere)
    return replace(merged, directives=(*joins, *merged.directives))


def _by_interface_object(state: Merging, parent: str, name: str, sources: Sources) -> bool:
    """Tell whether a subgraph without the type resolves the field through an interface object."""
    for index, subgraph in enumerate(state.subgraphs):
        if index in sources:
            continue
        for interface in state.implemented.get(parent, ()):
            declared = subgraph.types.get(interface)
            if (
                declared is not None
                and declared.is_interface_object
                and name in declared.fields
                and (interface, name) not in state.facts[index].external
            ):
                return True
    return False
