"""Contexts of entered nodes → variables of their groups."""

from __future__ import annotations

from gateway.planning.assemble.representations import parts_of
from gateway.planning.fetch_graph import FetchNode, KeysInUse, SetterNode, merge_targets, path_to
from gateway.planning.plan import ContextSetter, ContextVariable


def context_variables(
    node: FetchNode, in_use: KeysInUse, typename_key: str
) -> tuple[ContextVariable, ...]:
    """What the variables of a node's group are and where their values stand."""
    return tuple(
        ContextVariable(
            context.variable,
            context.type,
            tuple(_setter(setter, in_use, typename_key) for setter in context.setters),
        )
        for own in node.contexts.values()
        for context in own
    )


def _setter(setter: SetterNode, in_use: KeysInUse, typename_key: str) -> ContextSetter:
    [path] = merge_targets([path_to(setter.object_node, in_use)])
    return ContextSetter(len(path), setter.types, parts_of(setter.parts, typename_key))
