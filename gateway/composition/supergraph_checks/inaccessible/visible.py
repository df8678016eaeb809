"""The visible arguments and input fields of a type."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.model import InputValue, Type


def visible_inputs(declared: Type) -> Iterator[tuple[str, InputValue]]:
    """Yield (coordinate, argument or input field)."""
    for field in declared.fields.values():
        if not field.has("inaccessible"):
            for argument in field.arguments.values():
                if not argument.has("inaccessible"):
                    yield f"{declared.name}.{field.name}({argument.name}:)", argument
    for value in declared.inputs.values():
        if not value.has("inaccessible"):
            yield f"{declared.name}.{value.name}", value
