"""A field that one subgraph adds to an interface must be on the implementations of all others."""

from __future__ import annotations

from gateway.composition.merging.state import Merging
from gateway.composition.model import Kind, Type


def check_interface_fields(merged: Merging) -> None:
    """INTERFACE_FIELD_NO_IMPLEM."""
    for declared in merged.types.values():
        if declared.kind not in {Kind.OBJECT, Kind.INTERFACE}:
            continue
        for interface in declared.interfaces:
            for field in merged.types[interface].fields if interface in merged.types else ():
                if field not in declared.fields:
                    _refuse(merged, declared, interface, field)


def _refuse(merged: Merging, declared: Type, interface: str, field: str) -> None:
    defining = [
        index
        for index, source in merged.sources_by_type[interface].items()
        if field in source.fields
    ]
    implementing = [
        index
        for index, source in merged.sources_by_type[declared.name].items()
        if interface in source.interfaces
    ]
    merged.refuse(
        "INTERFACE_FIELD_NO_IMPLEM",
        f'Interface field "{interface}.{field}" is declared in {merged.subgraph_names(defining)} '
        f'but type "{declared.name}", which implements "{interface}" only in '
        f'{merged.subgraph_names(implementing)} does not have field "{field}".',
        f"{declared.name}.{field}",
        (*defining, *implementing),
        f'Add "{field}" to "{declared.name}".',
    )
