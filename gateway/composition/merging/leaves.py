"""Merges scalars and unions: all there are."""

from __future__ import annotations

from gateway.composition.merging.applied import merge_applied
from gateway.composition.merging.descriptions import merge_description
from gateway.composition.merging.joins import join_members, join_types
from gateway.composition.merging.state import Merging
from gateway.composition.model import Kind, Type


def merge_scalars_and_unions(state: Merging) -> None:
    """Fill in every scalar and union type."""
    for name, kind in state.kinds.items():
        if kind not in {Kind.SCALAR, Kind.UNION}:
            continue
        sources = state.sources_by_type[name]
        members = state.members.get(name, ())
        state.types[name] = Type(
            name=name,
            kind=kind,
            description=merge_description(state, sources.values(), name),
            members=members,
            directives=(
                *join_types(state, sources),
                *join_members(state, sources),
                *merge_applied(state, sources, name),
            ),
        )
        for member in members:
            missing = [i for i, t in sources.items() if member not in t.members]
            if missing:
                state.hint(
                    "INCONSISTENT_UNION_MEMBER",
                    f'Union type "{name}" includes member type "{member}" in some but not all '
                    f"defining subgraphs: not in {state.subgraph_names(missing)}",
                    name,
                )
