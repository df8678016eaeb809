"""``@interfaceObject``: gives implementations the fields that other subgraphs add to an interface.

A field of the interface that an implementation lacks, and that a subgraph resolves on its
interface object, is added with a bare ``@join__field``: no subgraph that has the type resolves it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gateway.composition.merging.overrides import NOTHING
from gateway.composition.merging.sharing import check_sharing
from gateway.composition.merging.state import Merging
from gateway.composition.model import Applied, Field, Kind, Type


def spread_interface_objects(state: Merging) -> None:
    """Add the fields to the merged object types."""
    for name, declared in state.types.items():
        if declared.kind is not Kind.OBJECT:
            continue
        added = {field.name: field for field in _missing(state, declared)}
        if not added:
            continue
        state.types[name] = replace(declared, fields={**declared.fields, **added})
        for field in added:
            check_sharing(state, name, field, {}, NOTHING)


def _missing(state: Merging, declared: Type) -> Iterator[Field]:
    for interface in declared.interfaces:
        for field in state.types[interface].fields.values() if interface in state.types else ():
            if field.name not in declared.fields and _provided(state, interface, field.name):
                kept = tuple(a for a in field.directives if not a.name.startswith("join__"))
                yield replace(field, directives=(Applied("join__field"), *kept))


def _provided(state: Merging, interface: str, field: str) -> bool:
    for facts in state.facts:
        declared = facts.subgraph.types.get(interface)
        if (
            declared is not None
            and declared.is_interface_object
            and field in declared.fields
            and (interface, field) not in facts.external
        ):
            return True
    return False
