"""What must be given must be visible. REQUIRED_INACCESSIBLE."""

from __future__ import annotations

from gateway.composition.merging.state import Merging
from gateway.composition.model import InputValue, Type


def check_required(merged: Merging, declared: Type) -> None:
    """Check the arguments and input fields of one visible type."""
    for field in declared.fields.values():
        if not field.has("inaccessible"):
            for argument in field.arguments.values():
                where = f"{declared.name}.{field.name}({argument.name}:)"
                check_required_input(merged, where, argument, "a required argument of its field")
    for value in declared.inputs.values():
        where = f"{declared.name}.{value.name}"
        check_required_input(merged, where, value, "a required input field of its type")


def check_required_input(merged: Merging, where: str, value: InputValue, what: str) -> None:
    """Check one argument or input field; ``what`` says of what it is one."""
    if value.has("inaccessible") and value.required:
        kind = "Argument" if where.endswith(":)") else "Input field"
        merged.refuse(
            "REQUIRED_INACCESSIBLE",
            f'{kind} "{where}" is @inaccessible but is {what}.',
            where,
            (),
            "Make it optional, or visible.",
        )
