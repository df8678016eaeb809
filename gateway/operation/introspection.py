"""Introspection: ``__schema`` and ``__type`` are answered from the schema alone.

They may stand beside data fields, and wherever a field returns the query root again. One document
asks for them all, each under the response keys on its way (``place_key``), by which the projection
finds its answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
)
from msgspec.structs import replace

from gateway.operation.documents import without_locations
from gateway.operation.model import Operation

ROOT_FIELDS = frozenset({"__schema", "__type"})


def without_introspection(operation: Operation) -> Operation:
    """Return the operation without its root introspection fields."""
    kept = tuple(f for f in operation.selection.fields if f.name not in ROOT_FIELDS)
    if len(kept) == len(operation.selection.fields):
        return operation
    return replace(operation, selection=replace(operation.selection, fields=kept))


def place_key(path: Iterable[str]) -> str:
    """Return the key of an introspection field's answer: a name for each path, one to one."""
    return "".join(f"_{len(key)}{key}" for key in path)


def introspection_document(
    document: DocumentNode, operation: OperationDefinitionNode
) -> DocumentNode | None:
    """Return a document that asks only for the operation's introspection fields; None without any.

    Each stands at the root, under the conditions of all that it stood in. Fragments within its
    selection stay as they are.
    """
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    found = tuple(_found(operation.selection_set, fragments, (), ()))
    if not found:
        return None
    asked = OperationDefinitionNode(
        operation=OperationType.QUERY,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=found),
    )
    return without_locations(DocumentNode(definitions=(asked, *fragments.values())))


_Conditions = tuple[tuple[DirectiveNode, ...], ...]


def _found(
    node: SelectionSetNode,
    fragments: dict[str, FragmentDefinitionNode],
    path: tuple[str, ...],
    conditions: _Conditions,
) -> Iterator[SelectionNode]:
    """The introspection fields below ``node``, each as it stands at the root of the new document.

    ``path`` are the response keys down to ``node``, ``conditions`` the directives on that way.
    """
    for selection in node.selections:
        inner = (*conditions, tuple(selection.directives or ()))
        if isinstance(selection, FieldNode):
            below = (*path, (selection.alias or selection.name).value)
            if selection.name.value in ROOT_FIELDS:
                yield _at_the_root(selection, place_key(below), conditions)
            elif selection.selection_set is not None:
                yield from _found(selection.selection_set, fragments, below, inner)
        elif isinstance(selection, InlineFragmentNode):
            yield from _found(selection.selection_set, fragments, path, inner)
        elif isinstance(selection, FragmentSpreadNode):
            spread = fragments[selection.name.value].selection_set
            yield from _found(spread, fragments, path, inner)


def _at_the_root(field: FieldNode, key: str, conditions: _Conditions) -> SelectionNode:
    """``field`` under ``key``, in a fragment for each of ``conditions``, the outermost outside."""
    found: SelectionNode = FieldNode(
        alias=NameNode(value=key),
        name=field.name,
        arguments=field.arguments,
        directives=field.directives,
        selection_set=field.selection_set,
    )
    for directives in filter(None, reversed(conditions)):
        found = InlineFragmentNode(
            type_condition=None,
            directives=directives,
            selection_set=SelectionSetNode(selections=(found,)),
        )
    return found
