"""Is a subgraph valid GraphQL? graphql-core's own rules, as far as they apply to a subgraph.

Not applied: extensions need no base here (it may be in another subgraph), a subgraph needs no
query root, and a type may be extended and not defined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphql import (
    DocumentNode,
    EnumTypeExtensionNode,
    GraphQLError,
    GraphQLSchema,
    InputObjectTypeExtensionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeExtensionNode,
    ScalarTypeExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeExtensionNode,
    build_ast_schema,
    validate_schema,
)
from graphql.language import ast
from graphql.validation import PossibleTypeExtensionsRule
from graphql.validation.specified_rules import specified_sdl_rules
from graphql.validation.validate import validate_sdl

from gateway.composition.directives import by_name
from gateway.composition.errors import CompositionError
from gateway.composition.model import BUILT_IN_SCALARS
from gateway.composition.reading.links import Names
from gateway.composition.reading.literals import bad_literals

_RULES = tuple(rule for rule in specified_sdl_rules if rule is not PossibleTypeExtensionsRule)
_DIRECTIVE_NAME = re.compile(r"@(\w+)")
_NO_QUERY = "Query root type must be provided."
_DEFINITION_OF = {
    ScalarTypeExtensionNode: ast.ScalarTypeDefinitionNode,
    ObjectTypeExtensionNode: ast.ObjectTypeDefinitionNode,
    InterfaceTypeExtensionNode: ast.InterfaceTypeDefinitionNode,
    UnionTypeExtensionNode: ast.UnionTypeDefinitionNode,
    EnumTypeExtensionNode: ast.EnumTypeDefinitionNode,
    InputObjectTypeExtensionNode: ast.InputObjectTypeDefinitionNode,
}


def validate_graphql(document: DocumentNode, names: Names) -> list[CompositionError]:
    """Return the INVALID_GRAPHQL errors of a document that defines every directive it may use."""
    built_in = list(_extended_scalars(document))
    if built_in:
        return built_in
    based = _with_bases(document)
    found: list[GraphQLError] = validate_sdl(based, None, _RULES)
    if not found:
        try:
            schema: GraphQLSchema = build_ast_schema(based, assume_valid_sdl=True)
        except (TypeError, GraphQLError) as error:
            return [CompositionError("INVALID_GRAPHQL", str(error))]
        found = [e for e in validate_schema(schema) if e.message != _NO_QUERY]
        if not found:
            return list(bad_literals(based, schema))
    return [
        CompositionError("INVALID_GRAPHQL", error.message, hint=_advice(error.message, names))
        for error in found
    ]


def _extended_scalars(document: DocumentNode) -> Iterator[CompositionError]:
    """What is put on a built-in scalar would have no effect."""
    for node in document.definitions:
        if isinstance(node, TypeExtensionNode) and node.name.value in BUILT_IN_SCALARS:
            name = node.name.value
            yield CompositionError("INVALID_GRAPHQL", f'Cannot extend built-in type "{name}".')


def _with_bases(document: DocumentNode) -> DocumentNode:
    """Turn the first extension of every type without a definition into its definition."""
    defined = {n.name.value for n in document.definitions if isinstance(n, TypeDefinitionNode)}
    return DocumentNode(definitions=tuple(_bases(document, defined)))


def _bases(document: DocumentNode, defined: set[str]) -> Iterator[ast.DefinitionNode]:
    for node in document.definitions:
        if isinstance(node, TypeExtensionNode) and node.name.value not in defined:
            defined.add(node.name.value)
            parts = {key: getattr(node, key) for key in node.keys if key != "loc"}
            yield _DEFINITION_OF[type(node)](**parts)
        else:
            yield node


def _advice(message: str, names: Names) -> str | None:
    """A directive of federation that is not in force here is the most common slip."""
    if not message.startswith("Unknown directive"):
        return None
    match = _DIRECTIVE_NAME.search(message)
    name = match[1] if match else ""
    if name not in by_name():
        return None
    if names.version < (2, 0):
        return (
            f"@{name} is a directive of Federation 2: "
            'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
            f'import: ["@{name}"]).'
        )
    written = names.written.get(name)
    if written is None:
        return f"@{name} exists since v{'.'.join(map(str, by_name()[name].since))}."
    return f'Import "@{name}" in the @link to federation, or write "@{written}".'
