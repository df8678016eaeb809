"""Prints model types as SDL, one element a line, in the order given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graphql import print_ast
from graphql.language.block_string import print_block_string

from gateway.composition.model import (
    Applied,
    DirectiveDefinition,
    EnumValue,
    Field,
    InputValue,
    Kind,
    Type,
)

_KEYWORDS = {
    Kind.SCALAR: "scalar",
    Kind.OBJECT: "type",
    Kind.INTERFACE: "interface",
    Kind.UNION: "union",
    Kind.ENUM: "enum",
    Kind.INPUT: "input",
}
Spelling = Mapping[str, str]


def print_type(declared: Type, spelling: Spelling) -> str:
    """Return a type's SDL; ``spelling`` maps federation directives to their names in it."""
    head = f"{print_description(declared.description)}{_KEYWORDS[declared.kind]} {declared.name}"
    if declared.interfaces:
        head += f" implements {' & '.join(declared.interfaces)}"
    applied = "".join(f"\n  {one}" for one in _applications(declared.directives, spelling))
    if declared.kind is Kind.UNION:
        return f"{head}{applied}\n  = {' | '.join(declared.members)}"
    body = [f"  {line}" for line in _body(declared, spelling)]
    if not body:
        return head + applied
    opening = "\n{" if applied else " {"
    return head + applied + opening + "\n" + "\n".join(body) + "\n}"


def _body(declared: Type, spelling: Spelling) -> Iterator[str]:
    for field in declared.fields.values():
        yield _field(field, spelling)
    for value in declared.inputs.values():
        yield _described(value, _input(value, spelling))
    for entry in declared.values.values():
        yield _described(entry, entry.name + _inline(entry.directives, spelling))


def _field(field: Field, spelling: Spelling) -> str:
    given = print_arguments(field.arguments.values(), spelling, "    ")
    return _described(field, f"{field.name}{given}: {field.type}") + _inline(
        field.directives, spelling
    )


def print_arguments(arguments: Iterable[InputValue], spelling: Spelling, indent: str) -> str:
    """Return ``(a: Int = 1, b: String)``, one a line when any is described."""
    listed = list(arguments)
    if not listed:
        return ""
    if all(argument.description is None for argument in listed):
        return f"({', '.join(_input(argument, spelling) for argument in listed)})"
    lines = [
        f"\n{indent}{print_description(a.description, indent)}{_input(a, spelling)}" for a in listed
    ]
    return f"({''.join(lines)}\n{indent[2:]})"


def _input(value: InputValue, spelling: Spelling) -> str:
    default = f" = {print_ast(value.default)}" if value.default is not None else ""
    return f"{value.name}: {value.type}{default}{_inline(value.directives, spelling)}"


def _described(element: Field | InputValue | EnumValue, text: str) -> str:
    return print_description(element.description, "  ") + text


def print_description(text: str | None, indent: str = "") -> str:
    """Return a description's lines; the first needs no indent, the caller has put it."""
    if text is None:
        return ""
    block = print_block_string(text)
    return (
        "".join(
            (line if number == 0 or not line else indent + line) + "\n"
            for number, line in enumerate(block.split("\n"))
        )
        + indent
    )


def _inline(directives: Iterable[Applied], spelling: Spelling) -> str:
    return "".join(f" {one}" for one in _applications(directives, spelling))


def _applications(directives: Iterable[Applied], spelling: Spelling) -> Iterator[str]:
    for applied in directives:
        name = spelling.get(applied.name, applied.name) if applied.federation else applied.name
        given = ", ".join(f"{key}: {print_ast(v)}" for key, v in applied.arguments.items())
        yield f"@{name}({given})" if given else f"@{name}"


def print_directive(definition: DirectiveDefinition, spelling: Spelling) -> str:
    """Return a directive definition's SDL."""
    given = print_arguments(definition.arguments.values(), spelling, "  ")
    repeatable = " repeatable" if definition.repeatable else ""
    places = " | ".join(location.name for location in definition.locations)
    return (
        f"{print_description(definition.description)}"
        f"directive @{definition.name}{given}{repeatable} on {places}"
    )
