"""A field's own facts: its type, arguments, what a caller must have."""

from __future__ import annotations

from types import MappingProxyType

from graphql import (
    FieldDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    TypeNode,
    parse_type,
    print_ast,
)

from gateway.supergraph.authorization import read_requirement
from gateway.supergraph.directives import has_directive
from gateway.supergraph.links import Features
from gateway.supergraph.model import SupergraphField, TypeRef


def read_field(node: FieldDefinitionNode, features: Features) -> SupergraphField:
    """The field as the supergraph's SDL has it."""
    return SupergraphField(
        name=node.name.value,
        type=type_ref(node.type),
        arguments=MappingProxyType({a.name.value: type_ref(a.type) for a in node.arguments or ()}),
        requirement=read_requirement(node, features),
        inaccessible=has_directive(node, features.directive("inaccessible")),
    )


def type_ref(node: TypeNode) -> TypeRef:
    """A type node's named type, list depth and text."""
    text, lists = print_ast(node), 0
    while not isinstance(node, NamedTypeNode):
        if isinstance(node, ListTypeNode):
            lists += 1
        elif not isinstance(node, NonNullTypeNode):
            raise TypeError(f"not a type: {node}")
        node = node.type
    return TypeRef(text, node.name.value, lists)


def parse_type_ref(text: str) -> TypeRef:
    """``[Thing!]!`` as a TypeRef."""
    return type_ref(parse_type(text, no_location=True))
