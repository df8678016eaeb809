"""A visible default uses what is visible. DEFAULT_VALUE_USES_INACCESSIBLE."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import ConstValueNode, EnumValueNode, ListValueNode, ObjectValueNode

from gateway.composition.merging.state import Merging
from gateway.composition.model import InputValue, Kind, Type, base_name
from gateway.composition.supergraph_checks.inaccessible.visible import visible_inputs


def check_defaults(merged: Merging, declared: Type) -> None:
    """Check the defaults of one visible type."""
    for coordinate, value in visible_inputs(declared):
        _check_default(merged, coordinate, value)


def _check_default(merged: Merging, coordinate: str, value: InputValue) -> None:
    if value.default is None:
        return
    for kind, used in _used(merged, value.default, base_name(value.type)):
        merged.refuse(
            "DEFAULT_VALUE_USES_INACCESSIBLE",
            f'{kind} "{used}" is @inaccessible but is used in the default value of '
            f'"{coordinate}", which is in the API schema.',
            coordinate,
        )


def _used(merged: Merging, literal: ConstValueNode, name: str) -> Iterator[tuple[str, str]]:
    """Yield the hidden values and fields within a default."""
    declared = merged.types.get(name)
    if declared is None:
        return
    if isinstance(literal, ListValueNode):
        for item in literal.values:
            yield from _used(merged, item, name)
    elif isinstance(literal, EnumValueNode) and declared.kind is Kind.ENUM:
        value = declared.values.get(literal.value)
        if value is not None and value.has("inaccessible"):
            yield "Enum value", f"{name}.{value.name}"
    elif isinstance(literal, ObjectValueNode):
        for given in literal.fields:
            field = declared.inputs.get(given.name.value)
            if field is not None:
                if field.has("inaccessible"):
                    yield "Input field", f"{name}.{field.name}"
                yield from _used(merged, given.value, base_name(field.type))
