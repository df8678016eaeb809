"""The canonical text of argument values, and the variables they name.

``places`` say which literals are left open, by where they begin in the document (``shape``); their
placeholders stand for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    ArgumentNode,
    ConstValueNode,
    DirectiveNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectValueNode,
    StringValueNode,
    TypeNode,
    ValueNode,
    VariableNode,
)
from graphql.language.print_string import print_string

from gateway.operation.model import Argument, Directive
from gateway.operation.number_text import integer, real

Places = Mapping[int, str]
_NONE: Places = {}
_Node = ValueNode | ConstValueNode


def arguments_of(nodes: Iterable[ArgumentNode], places: Places = _NONE) -> tuple[Argument, ...]:
    """Return the arguments sorted by name: their order means nothing (specification, 2.6)."""
    return tuple(sorted((_argument(node, places) for node in nodes), key=lambda a: a.name))


def _argument(node: ArgumentNode, places: Places) -> Argument:
    return Argument(
        node.name.value,
        value_text(node.value, places),
        frozenset(variables_in(node.value)),
        frozenset(_open_in(node.value, places)) if places else frozenset(),
    )


def directive_of(node: DirectiveNode, places: Places = _NONE) -> Directive:
    """Print an executable directive with its arguments."""
    arguments = arguments_of(node.arguments or (), places)
    text = f"@{node.name.value}"
    if arguments:
        text += f"({','.join(f'{a.name}:{a.text}' for a in arguments)})"
    return Directive(
        text,
        frozenset().union(*(a.variables for a in arguments)),
        frozenset().union(*(a.literals for a in arguments)),
    )


def value_text(node: _Node, places: Places = _NONE) -> str:
    """Print a value without white space; block strings become ordinary ones."""
    if places and (open_ := _place(node, places)) is not None:
        return f"${open_}"
    match node:
        case VariableNode():
            return f"${node.name.value}"
        case StringValueNode():
            return print_string(node.value)
        case IntValueNode() | FloatValueNode() | EnumValueNode():
            return node.value
        case ListValueNode():
            return f"[{','.join(value_text(item, places) for item in node.values)}]"
        case ObjectValueNode():
            # Their order means nothing (specification, 3.10): equal objects are one text.
            fields = sorted(node.fields, key=lambda f: f.name.value)
            texts = (f"{f.name.value}:{value_text(f.value, places)}" for f in fields)
            return f"{{{','.join(texts)}}}"
        case _:
            return _keyword(node)


def type_text(node: TypeNode) -> str:
    """Print the type of a variable."""
    match node:
        case NonNullTypeNode():
            return f"{type_text(node.type)}!"
        case ListTypeNode():
            return f"[{type_text(node.type)}]"
        case NamedTypeNode():
            return node.name.value
        case _:
            raise TypeError(node)


def untyped_value(node: _Node) -> Any:
    """Return the JSON value that a constant stands for; numbers keep what they carry."""
    match node:
        case IntValueNode():
            return integer(node.value)
        case FloatValueNode():
            return real(node.value)
        case ListValueNode():
            return [untyped_value(item) for item in node.values]
        case ObjectValueNode():
            return {f.name.value: untyped_value(f.value) for f in node.fields}
        case _:
            return getattr(node, "value", None)


def variables_in(node: _Node) -> Iterator[str]:
    """Yield the names of the variables anywhere in a value."""
    if isinstance(node, VariableNode):
        yield node.name.value
    else:
        for inner in _within(node):
            yield from variables_in(inner)


def _open_in(node: _Node, places: Places) -> Iterator[str]:
    """Yield the placeholders of the literals anywhere in a value."""
    open_ = _place(node, places)
    if open_ is not None:
        yield open_
    else:
        for inner in _within(node):
            yield from _open_in(inner, places)


def _place(node: _Node, places: Places) -> str | None:
    return places.get(node.loc.start) if node.loc else None


def _within(node: _Node) -> Iterator[_Node]:
    if isinstance(node, ListValueNode):
        yield from node.values
    elif isinstance(node, ObjectValueNode):
        yield from (field.value for field in node.fields)


def _keyword(node: ValueNode | ConstValueNode) -> str:
    value = getattr(node, "value", None)
    return "null" if value is None else "true" if value else "false"
