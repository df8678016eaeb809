"""Makes the constant values that merged directives carry."""

from __future__ import annotations

from graphql import (
    BooleanValueNode,
    ConstListValueNode,
    ConstObjectFieldNode,
    ConstObjectValueNode,
    ConstValueNode,
    EnumValueNode,
    IntValueNode,
    NameNode,
    StringValueNode,
)


def string(value: str) -> ConstValueNode:
    """A string."""
    return StringValueNode(value=value, block=False)


def symbol(value: str) -> ConstValueNode:
    """An enum value."""
    return EnumValueNode(value=value)


def flag(value: bool) -> ConstValueNode:
    """A Boolean."""
    return BooleanValueNode(value=value)


def number(value: int) -> ConstValueNode:
    """An Int."""
    return IntValueNode(value=str(value))


def listing(values: list[ConstValueNode]) -> ConstValueNode:
    """A list."""
    return ConstListValueNode(values=tuple(values))


def record(fields: dict[str, ConstValueNode]) -> ConstValueNode:
    """An input object."""
    return ConstObjectValueNode(
        fields=tuple(
            ConstObjectFieldNode(name=NameNode(value=name), value=value)
            for name, value in fields.items()
        )
    )
