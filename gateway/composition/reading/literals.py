"""Constant values of a subgraph's SDL must fit their types: defaults and directive arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLArgument,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Node,
    ValueNode,
    print_ast,
    validate_input_literal,
)

from gateway.composition.errors import CompositionError


def bad_literals(document: DocumentNode, schema: GraphQLSchema) -> Iterator[CompositionError]:
    """Yield an INVALID_GRAPHQL error for every default or directive argument of a wrong type."""
    for declared in schema.type_map.values():
        if isinstance(declared, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in declared.fields.items():
                yield from _defaults(f"argument {declared.name}.{name}", field.args)
        elif isinstance(declared, GraphQLInputObjectType):
            for name, value in declared.fields.items():
                where = f"input field {declared.name}.{name}"
                yield from _default(where, value.ast_node, value.type)
    for directive in schema.directives:
        yield from _defaults(f"argument @{directive.name}", directive.args)
    for definition in document.definitions:
        yield from _applications(definition, schema)


def _defaults(owner: str, arguments: dict[str, GraphQLArgument]) -> Iterator[CompositionError]:
    for name, argument in arguments.items():
        yield from _default(f"{owner}({name}:)", argument.ast_node, argument.type)


def _default(where: str, node: Any, expected: GraphQLInputType) -> Iterator[CompositionError]:
    literal = None if node is None else node.default_value
    if literal is not None and not fits(literal, expected):
        problem = (
            f"Invalid default value (got: {print_ast(literal)}) provided for {where} "
            f"of type {expected}."
        )
        yield CompositionError("INVALID_GRAPHQL", problem)


def fits(literal: ValueNode, expected: GraphQLInputType) -> bool:
    """Tell whether a literal is a value of a type: fields that have a default may be left out."""
    errors: list[GraphQLError] = []
    validate_input_literal(literal, expected, lambda error, _path: errors.append(error))
    return not errors


def _applications(definition: Node, schema: GraphQLSchema) -> Iterator[CompositionError]:
    owner = getattr(getattr(definition, "name", None), "value", "schema")
    for node in _directives_below(definition):
        directive = schema.get_directive(node.name.value)
        if directive is None:
            continue
        for given in node.arguments or ():
            argument = directive.args.get(given.name.value)
            if argument is not None and not fits(given.value, argument.type):
                problem = (
                    f'Invalid value for "@{directive.name}({given.name.value}:)" of type '
                    f'"{argument.type}" in application of "@{directive.name}" in "{owner}".'
                )
                yield CompositionError("INVALID_GRAPHQL", problem)


def _directives_below(node: Node) -> Iterator[DirectiveNode]:
    yield from getattr(node, "directives", None) or ()
    for part in ("fields", "arguments", "values"):
        for child in getattr(node, part, None) or ():
            if hasattr(child, "directives"):
                yield from _directives_below(child)
