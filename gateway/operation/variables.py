"""Variables: the values of one request checked against their types, defaults filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableDefinitionNode,
    parse,
    print_ast,
    value_from_ast_untyped,
)
from graphql.execution.values import get_variable_values

from gateway.operation.errors import ErrorItem, VariablesInvalid, error_item

MAX_VARIABLE_ERRORS = 10

Coercion = Callable[[Mapping[str, Any]], dict[str, Any]]


def variable_coercion(
    node: OperationDefinitionNode, schema: GraphQLSchema, *, hide_suggestions: bool
) -> Coercion:
    """Return a function from what a client sent to the values that travel on.

    Values stay as the client wrote them (subgraphs coerce them again); only names that the
    operation defines are kept. The function raises VariablesInvalid.
    """
    definitions = _definitions(node)
    if not definitions:
        return lambda _values: {}
    names = [definition.variable.name.value for definition in definitions]
    defaults = {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in definitions
        if definition.default_value is not None
    }

    def coerce(values: Mapping[str, Any]) -> dict[str, Any]:
        known = {name: values[name] for name in names if name in values}
        result = get_variable_values(
            schema,
            definitions,
            known,
            max_errors=MAX_VARIABLE_ERRORS,
            hide_suggestions=hide_suggestions,
        )
        if isinstance(result, list):
            raise VariablesInvalid(result[0].message, errors=[_item(error) for error in result])
        return {**defaults, **known}

    return coerce


def _definitions(node: OperationDefinitionNode) -> tuple[VariableDefinitionNode, ...]:
    if not node.variable_definitions:
        return ()
    text = ",".join(map(print_ast, node.variable_definitions))
    [copied] = parse(f"query({text}){{__typename}}", no_location=True).definitions
    assert isinstance(copied, OperationDefinitionNode)  # noqa: S101 - it is what was written
    return tuple(copied.variable_definitions or ())


def _item(error: GraphQLError) -> ErrorItem:
    return error_item(error.message, VariablesInvalid.code)
