"""What an interface and the types that implement it may differ in, of random subgraphs.

They are finished: nothing follows from what is added here.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.testkit.sdl_draft import DraftSubgraph, DraftType


def give_own_argument(subgraphs: Sequence[DraftSubgraph], dice: random.Random) -> None:
    """Give fields of one type an argument that the fields of its interfaces do not have."""
    found = _implemented(subgraphs)
    if not found:
        return
    type_name, name, _ = dice.choice(found)
    for subgraph in subgraphs:
        type_ = subgraph.types.get(type_name)
        declared = type_.fields.get(name) if type_ else None
        if declared is not None:
            inner = declared.arguments.removesuffix(")")
            declared.arguments = f"{inner}, own: Int)" if inner else "(own: Int)"


def hide_on_interface(subgraphs: Sequence[DraftSubgraph], dice: random.Random) -> None:
    """Hide the field of an interface, and not those of the types that implement it."""
    found = [
        interface.fields[name]
        for _, name, interface in _implemented(subgraphs)
        if len(interface.fields) > 1 and not interface.implements
    ]
    if found:
        dice.choice(found).directives.append("@inaccessible")


def _implemented(subgraphs: Sequence[DraftSubgraph]) -> list[tuple[str, str, DraftType]]:
    """(type, field, an interface that it has the field from)."""
    return [
        (type_.name, name, subgraph.types[interface])
        for subgraph in subgraphs
        for type_ in subgraph.types.values()
        if type_.kind == "type"
        for interface in sorted(type_.implements)
        for name in subgraph.types[interface].fields
        if name in type_.fields and not type_.is_key_field(name)
    ]
