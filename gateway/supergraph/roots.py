"""The root types of the supergraph, whatever they are called."""

from __future__ import annotations

from graphql import DocumentNode, ObjectTypeDefinitionNode, SchemaDefinitionNode

from gateway.operation.model import OperationKind


def read_roots(document: DocumentNode) -> dict[OperationKind, str]:
    """``schema { query: … }``, else the types named Query, Mutation, Subscription."""
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode):
            return {
                OperationKind(root.operation.value): root.type.name.value
                for root in definition.operation_types
            }
    defined = {
        definition.name.value
        for definition in document.definitions
        if isinstance(definition, ObjectTypeDefinitionNode)
    }
    return {
        kind: kind.value.capitalize()
        for kind in OperationKind
        if kind.value.capitalize() in defined
    }
