"""A visible type has something visible in it. ONLY_INACCESSIBLE_CHILDREN."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.composition.merging.state import Merging
from gateway.composition.model import Element, Kind, Type


def check_children(merged: Merging, declared: Type) -> None:
    """Check one visible type."""
    if declared.kind is Kind.UNION:
        if all(merged.types[member].has("inaccessible") for member in declared.members):
            _only_hidden(merged, declared, "members")
        return
    for what, parts in _parts(declared).items():
        if parts and all(part.has("inaccessible") for part in parts.values()):
            _only_hidden(merged, declared, what)


def _parts(declared: Type) -> dict[str, Mapping[str, Element]]:
    fields: Mapping[str, Element] = declared.fields or declared.inputs
    return {"fields": fields, "values": declared.values}


def _only_hidden(merged: Merging, declared: Type, what: str) -> None:
    merged.refuse(
        "ONLY_INACCESSIBLE_CHILDREN",
        f'Type "{declared.name}" is in the API schema but all of its {what} are @inaccessible.',
        declared.name,
        (),
        f'Mark "{declared.name}" @inaccessible, too.',
    )
