"""Whether defaults are one, however they are written."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal

from graphql import (
    ConstValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    print_ast,
)


def meaning(literal: ValueNode | ConstValueNode | None) -> Hashable:
    """Return what is equal for equal values, None for no default.

    ``{ a: 1, b: "x" }`` is ``{ b: \"\"\"x\"\"\", a: 1.0 }``, and no string is an enum value.
    """
    match literal:
        case None:
            return None
        case IntValueNode() | FloatValueNode():
            return "number", Decimal(literal.value)
        case StringValueNode():
            return "string", literal.value
        case ListValueNode():
            return "list", tuple(meaning(item) for item in literal.values)
        case ObjectValueNode():
            return "object", frozenset((f.name.value, meaning(f.value)) for f in literal.fields)
        case _:
            return "symbol", print_ast(literal)
