"""Reading directive applications off syntax nodes as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from graphql import (
    BooleanValueNode,
    ConstDirectiveNode,
    EnumValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    print_ast,
)

Value = str | bool | list["Value"] | dict[str, "Value"] | None


class WithDirectives(Protocol):
    """Any definition that directives can stand on."""

    @property
    def directives(self) -> tuple[ConstDirectiveNode, ...] | None:
        """The applications, in the order they are written."""
        ...


def applied(node: WithDirectives, name: str) -> Iterator[Mapping[str, Value]]:
    """The arguments of each application of ``@name`` on ``node``."""
    for directive in node.directives or ():
        if directive.name.value == name:
            yield {a.name.value: plain_value(a.value) for a in directive.arguments or ()}


def has_directive(node: WithDirectives, name: str) -> bool:
    """Whether ``@name`` stands on ``node``."""
    return any(directive.name.value == name for directive in node.directives or ())


def plain_value(node: ValueNode) -> Value:
    """A literal as text, bool, list, dict or None (numbers stay text: the join spec has none)."""
    match node:
        case StringValueNode() | BooleanValueNode() | EnumValueNode():
            return node.value
        case ListValueNode():
            return [plain_value(value) for value in node.values]
        case ObjectValueNode():
            return {field.name.value: plain_value(field.value) for field in node.fields}
        case NullValueNode():
            return None
        case _:
            return print_ast(node)


def text(arguments: Mapping[str, Value], name: str) -> str | None:
    """The string (or enum value) argument ``name``."""
    value = arguments.get(name)
    return value if isinstance(value, str) else None


def flag(arguments: Mapping[str, Value], name: str, default: bool = False) -> bool:
    """The boolean argument ``name``."""
    value = arguments.get(name)
    return value if isinstance(value, bool) else default


def names_or_of_and(arguments: Mapping[str, Value], name: str) -> tuple[frozenset[str], ...]:
    """A ``[[String!]!]!`` argument: an OR of ANDs."""
    value = arguments.get(name)
    if not isinstance(value, list):
        return ()
    return tuple(
        frozenset(item for item in group if isinstance(item, str))
        for group in value
        if isinstance(group, list)
    )
