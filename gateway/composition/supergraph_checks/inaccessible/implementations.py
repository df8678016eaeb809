"""What a visible interface promises is visible. IMPLEMENTED_BY_INACCESSIBLE."""

from __future__ import annotations

from gateway.composition.merging.state import Merging
from gateway.composition.model import Field, Type


def check_implementations(merged: Merging, declared: Type) -> None:
    """Compare one visible type with the interfaces it implements."""
    for name in declared.interfaces:
        interface = merged.types[name]
        if interface.has("inaccessible"):
            continue
        for promised in interface.fields.values():
            field = declared.fields.get(promised.name)
            if field is None or promised.has("inaccessible"):
                continue
            if field.has("inaccessible"):
                problem = (
                    f'Field "{declared.name}.{field.name}" is @inaccessible but implements the '
                    f'interface field "{name}.{field.name}", which is in the API schema.'
                )
                where = f"{declared.name}.{field.name}"
                merged.refuse("IMPLEMENTED_BY_INACCESSIBLE", problem, where)
            else:
                _check_arguments(merged, f"{declared.name}.{field.name}", field, name, promised)


def _check_arguments(
    merged: Merging, coordinate: str, field: Field, interface: str, promised: Field
) -> None:
    for argument in promised.arguments.values():
        own = field.arguments.get(argument.name)
        if own is not None and own.has("inaccessible") and not argument.has("inaccessible"):
            where = f"{coordinate}({argument.name}:)"
            problem = (
                f'Argument "{where}" is @inaccessible but implements the interface argument '
                f'"{interface}.{promised.name}({argument.name}:)", which is in the API schema.'
            )
            merged.refuse("IMPLEMENTED_BY_INACCESSIBLE", problem, where)
