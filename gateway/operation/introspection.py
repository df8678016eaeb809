"""Introspection: ``__schema`` and ``__type`` leave the operation and are answered from the schema.

They may stand beside data fields. The planner and the projection never see them; their answers are
put back at their places among the root keys.
"""

from __future__ import annotations

from dataclasses import replace

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from gateway.operation.documents import without_locations
from gateway.operation.model import Operation

ROOT_FIELDS = frozenset({"__schema", "__type"})


def without_introspection(operation: Operation) -> Operation:
    """Return the operation without its root introspection fields."""
    kept = tuple(f for f in operation.selection.fields if f.name not in ROOT_FIELDS)
    if len(kept) == len(operation.selection.fields):
        return operation
    return replace(operation, selection=replace(operation.selection, fields=kept))


def introspection_document(
    document: DocumentNode, operation: OperationDefinitionNode
) -> DocumentNode:
    """Return a document that asks only for the operation's root introspection fields.

    Fragments spread at the root become inline ones; all others stay as they are.
    """
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    pruned = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=(),
        selection_set=_pruned(operation.selection_set, fragments),
    )
    return without_locations(DocumentNode(definitions=(pruned, *fragments.values())))


def _pruned(
    node: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]
) -> SelectionSetNode:
    kept: list[SelectionNode] = []
    for selection in node.selections:
        if isinstance(selection, FieldNode):
            if selection.name.value in ROOT_FIELDS:
                kept.append(selection)
            continue
        inner = (
            fragments[selection.name.value].selection_set
            if isinstance(selection, FragmentSpreadNode)
            else selection.selection_set
            if isinstance(selection, InlineFragmentNode)
            else None
        )
        if inner is not None and (pruned := _pruned(inner, fragments)).selections:
            kept.append(
                InlineFragmentNode(
                    type_condition=None, directives=selection.directives, selection_set=pruned
                )
            )
    return SelectionSetNode(selections=tuple(kept))
