"""The text form of a normalised operation: what ``explain operation`` shows."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.operation.condition import ALWAYS
from gateway.operation.model import Field, Operation, SelectionSet


def print_operation(operation: Operation) -> str:
    """Print a field a line: its types after ``on``, its conditions after ``when``."""
    variables = ", ".join(
        f"${v.name}: {v.type}" + (f" = {v.default}" if v.default is not None else "")
        for v in operation.variables.values()
    )
    name = f" {operation.name}" if operation.name else ""
    head = f"{operation.kind.value}{name}" + (f"({variables})" if variables else "")
    head += "".join(f" {directive.text}" for directive in operation.directives)
    lines = _selection(operation.selection, 1)
    return "\n".join([f"{head} on {operation.selection.type}", *lines]) + "\n"


def _selection(selection: SelectionSet, level: int) -> Iterator[str]:
    for field in selection.fields:
        yield "  " * level + _field(field, selection)
        if field.selection is not None:
            yield from _selection(field.selection, level + 1)


def _field(field: Field, parent: SelectionSet) -> str:
    parts = [field.name if field.key == field.name else f"{field.key}: {field.name}"]
    if field.arguments:
        parts[0] += "(" + ", ".join(f"{a.name}: {a.text}" for a in field.arguments) + ")"
    parts += [directive.text for directive in field.directives]
    if field.selection is not None:
        parts.append(f"→ {field.selection.type}")
    if field.on != parent.possible:
        parts.append("on " + " | ".join(sorted(field.on)))
    if field.when != ALWAYS:
        parts.append(f"when {field.when}")
    return " ".join(parts)
