"""The canonical text of argument values, and the variables they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql import (
    ArgumentNode,
    ConstValueNode,
    DirectiveNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)
from graphql.language.print_string import print_string

from gateway.operation.model import Argument, Directive


def arguments_of(nodes: Iterable[ArgumentNode]) -> tuple[Argument, ...]:
    """Return the arguments sorted by name: their order means nothing (specification, 2.6)."""
    return tuple(
        sorted(
            (
                Argument(
                    node.name.value, value_text(node.value), frozenset(variables_in(node.value))
                )
                for node in nodes
            ),
            key=lambda argument: argument.name,
        )
    )


def directive_of(node: DirectiveNode) -> Directive:
    """Print an executable directive with its arguments."""
    arguments = arguments_of(node.arguments or ())
    text = f"@{node.name.value}"
    if arguments:
        text += f"({','.join(f'{a.name}:{a.text}' for a in arguments)})"
    return Directive(text, frozenset().union(*(a.variables for a in arguments)))


def value_text(node: ValueNode | ConstValueNode) -> str:
    """Print a value without white space; block strings become ordinary ones."""
    match node:
        case VariableNode():
            return f"${node.name.value}"
        case StringValueNode():
            return print_string(node.value)
        case IntValueNode() | FloatValueNode() | EnumValueNode():
            return node.value
        case ListValueNode():
            return f"[{','.join(map(value_text, node.values))}]"
        case ObjectValueNode():
            fields = ",".join(f"{f.name.value}:{value_text(f.value)}" for f in node.fields)
            return f"{{{fields}}}"
        case _:
            return _keyword(node)


def variables_in(node: ValueNode | ConstValueNode) -> Iterator[str]:
    """Yield the names of the variables anywhere in a value."""
    if isinstance(node, VariableNode):
        yield node.name.value
    elif isinstance(node, ListValueNode):
        for item in node.values:
            yield from variables_in(item)
    elif isinstance(node, ObjectValueNode):
        for field in node.fields:
            yield from variables_in(field.value)


def _keyword(node: ValueNode | ConstValueNode) -> str:
    value = getattr(node, "value", None)
    return "null" if value is None else "true" if value else "false"
