"""@skip and @include, judged by raw variables before anything runs."""

from collections.abc import Mapping
from typing import Any

from graphql import BooleanValueNode, DirectiveNode, SelectionNode, VariableNode

_LEAVES_OUT = {"skip": True, "include": False}
"""By the directive's name, the condition with which nothing is left."""


def is_left_out(selection: SelectionNode, variables: Mapping[str, Any], asked: set[str]) -> bool:
    """Whether a condition leaves ``selection`` out; what it depends on is added to ``asked``.

    A condition that is no Boolean is refused elsewhere.
    """
    for directive in selection.directives or ():
        leaves_out = _LEAVES_OUT.get(directive.name.value)
        if leaves_out is not None and _condition(directive, variables, asked) is leaves_out:
            return True
    return False


def _condition(directive: DirectiveNode, variables: Mapping[str, Any], asked: set[str]) -> Any:
    for argument in directive.arguments or ():
        if argument.name.value == "if":
            if isinstance(argument.value, VariableNode):
                name = argument.value.name.value
                asked.add(name)
                return variables.get(name)
            return argument.value.value if isinstance(argument.value, BooleanValueNode) else None
    return None
