"""Reading an input of an update: absent means unchanged."""

from collections.abc import Set as AbstractSet
from dataclasses import fields
from typing import Any

from strawberry import UNSET
from strawberry.utils.str_converters import to_camel_case

from catalog_service.domain.errors import InvalidInput, Violation


def changes_of(given: Any, *, nullable: AbstractSet[str] = frozenset()) -> dict[str, Any]:
    """The fields of the input that are present, by their Python names.

    Raises ``InvalidInput`` for each null outside ``nullable``: leaving a field out keeps its value,
    and null would erase what cannot be empty.
    """
    present = {
        field.name: value
        for field in fields(given)
        if (value := getattr(given, field.name)) is not UNSET
    }
    faults = [
        Violation(("input", to_camel_case(name)), "NULL", "Leave it out to keep it; not null.")
        for name, value in present.items()
        if value is None and name not in nullable
    ]
    if faults:
        raise InvalidInput(faults)
    return present
