"""What is visible refers to visible types only. REFERENCED_INACCESSIBLE."""

from __future__ import annotations

from gateway.composition.merging.state import Merging
from gateway.composition.model import Type, TypeRef, base_name
from gateway.composition.supergraph_checks.inaccessible.visible import visible_inputs


def check_references(merged: Merging, declared: Type) -> None:
    """Check what one visible type refers to."""
    for field in declared.fields.values():
        if not field.has("inaccessible"):
            check_reference(merged, f"{declared.name}.{field.name}", field.type)
    for coordinate, value in visible_inputs(declared):
        check_reference(merged, coordinate, value.type)


def check_reference(merged: Merging, coordinate: str, ref: TypeRef) -> None:
    """Check one visible reference."""
    target = merged.types.get(base_name(ref))
    if target is not None and target.has("inaccessible"):
        merged.refuse(
            "REFERENCED_INACCESSIBLE",
            f'Type "{target.name}" is @inaccessible but is referenced by "{coordinate}", which is '
            "in the API schema.",
            coordinate,
            (),
            f'Hide "{coordinate}" as well.',
        )
