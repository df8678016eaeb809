"""A subgraph that resolves an interface by key must know every implementation there is.

And one that abstracts from them (``@interfaceObject``) must know none.
"""

from __future__ import annotations

from gateway.composition.merging.relations import runtime_types
from gateway.composition.merging.state import Merging
from gateway.composition.model import Kind


def check_interface_keys(merged: Merging) -> None:
    """INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE, INTERFACE_OBJECT_USAGE_ERROR."""
    for name, kind in merged.kinds.items():
        if kind is not Kind.INTERFACE:
            continue
        for index, source in merged.sources_by_type[name].items():
            if source.is_interface_object:
                _check_abstraction(merged, name, index)
                continue
            key = next((k for k in source.every("key") if k.value("resolvable") is not False), None)
            if key is not None:
                _check_knowledge(merged, name, index, str(key.value("fields")))


def _check_knowledge(merged: Merging, name: str, index: int, key: str) -> None:
    """Who resolves an interface by key must be able to say which type an object is."""
    subgraph = merged.subgraphs[index]
    known = {t.name for t in subgraph.types.values() if name in t.interfaces}
    missing = sorted(runtime_types(merged, name) - known)
    if missing:
        listed = ", ".join(f'"{one}"' for one in missing)
        merged.refuse(
            "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
            f'[{subgraph.name}] Interface type "{name}" has a resolvable key (@key(fields: '
            f'"{key}")) in subgraph "{subgraph.name}" but that subgraph is missing some of the '
            f'supergraph implementation types of "{name}".',
            name,
            (index,),
            f'Define {listed} in "{subgraph.name}" (implementing "{name}"), '
            "or make the key unresolvable.",
        )


def _check_abstraction(merged: Merging, name: str, index: int) -> None:
    subgraph = merged.subgraphs[index]
    known = sorted(runtime_types(merged, name) & set(subgraph.types))
    if known:
        listed = " and ".join(f'"{one}"' for one in known)
        merged.refuse(
            "INTERFACE_OBJECT_USAGE_ERROR",
            f'[{subgraph.name}] Interface type "{name}" is defined as an @interfaceObject in '
            f'subgraph "{subgraph.name}" so that subgraph should not define any of the '
            f'implementation types of "{name}", but it defines {listed}',
            name,
            (index,),
        )
