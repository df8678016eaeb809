"""Merges the types of a field, argument or input field declared in several subgraphs.

What comes out is the widest of the types (a nullable one, an interface of the others), what goes
in the narrowest, so that no subgraph gets or is believed to give what it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.composition.merging.relations import is_subtype
from gateway.composition.merging.state import Merging, group
from gateway.composition.model import Kind, TypeRef, base_name


def merge_reference(
    state: Merging,
    types: Mapping[int, TypeRef],
    what: str,
    coordinate: str,
    code: str,
    *,
    input_position: bool = False,
) -> tuple[TypeRef, bool]:
    """Return (the merged type, whether all agree); notes ``code`` if they cannot be merged.

    ``what`` is how a message calls the thing: ``field "T.f"``.
    """
    found = list(types.values())
    merged = found[0]
    for other in found[1:]:
        wider = is_subtype(state, merged, other)
        narrower = is_subtype(state, other, merged)
        if (narrower and not wider) if input_position else (wider and not narrower):
            merged = other
    _note_enum(state, merged, coordinate, input_position)
    if all(other == merged for other in found):
        return merged, True
    fits = all(
        is_subtype(state, merged, t) if input_position else is_subtype(state, t, merged)
        for t in found
    )
    grouped = group((index, f'type "{ref}"') for index, ref in types.items())
    if not fits:
        state.refuse(
            code,
            f"Type of {what} is incompatible across subgraphs: it has {state.describe(grouped)}",
            coordinate,
            types,
            "Give it the same type everywhere, or types that differ in nullability only.",
        )
    else:
        state.hint(
            "INCONSISTENT_BUT_COMPATIBLE_" + ("ARGUMENT_TYPE" if input_position else "FIELD_TYPE"),
            f"Type of {what} is inconsistent but compatible across subgraphs: "
            f'"{merged}" is used; it has {state.describe(grouped)}',
            coordinate,
        )
    return merged, False


def _note_enum(state: Merging, ref: TypeRef, coordinate: str, input_position: bool) -> None:
    name = base_name(ref)
    if state.kinds.get(name) is Kind.ENUM:
        position = "input" if input_position else "output"
        state.enum_usage.setdefault(name, {}).setdefault(position, coordinate)
