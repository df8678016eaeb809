"""Interfaces that implement interfaces, in a random supergraph."""

from __future__ import annotations

from tests.testkit.random_parts import Parts
from tests.testkit.sdl_draft import DraftField, DraftSubgraph, DraftType


def add_parent_interface(parts: Parts, subgraph: DraftSubgraph) -> None:
    """Let an interface, with all who implement it, implement another one."""
    for name in sorted(parts.whole.interfaces):
        interface = subgraph.types.get(name)
        if interface is None or interface.kind != "interface" or interface.keys:
            continue
        members = parts.whole.interfaces[name]
        here = {type_.name for type_ in subgraph.types.values() if name in type_.implements}
        if here != set(members):
            continue
        parent = f"P{name}"
        subgraph.types[parent] = DraftType(
            parent,
            kind="interface",
            anchor=interface.anchor,
            candidates={interface.anchor, *sorted(interface.candidates)[:2]},
        )
        for type_name in (name, *members):
            subgraph.types[type_name].implements.add(parent)
        interface.candidates |= subgraph.types[parent].candidates
        query = subgraph.types.setdefault("Query", DraftType("Query"))
        query.fields[f"any{parent}"] = DraftField(f"any{parent}", f"[{parent}]", parent)
        return
