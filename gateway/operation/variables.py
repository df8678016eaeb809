"""Variables: the values of one request checked against their types, defaults filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableDefinitionNode,
    parse,
    print_ast,
)
from graphql.execution.values import get_variable_values

from gateway.operation.errors import ErrorItem, TooComplex, VariablesInvalid, error_item
from gateway.operation.literals import untyped_value
from gateway.operation.skip_include import condition_variables
from shared.validation.input_faults import (
    InputFault,
    Path,
    argument_paths,
    fault_of_variable,
    without_value,
)

MAX_VARIABLE_ERRORS = 10

Coercion = Callable[[Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class VariableInputs:
    """What an operation says of its variables, without the rest of its document.

    ``paths``: the argument that takes each variable, by which faults are named. ``conditions``: the
    variables that @skip and @include read, and whose type lets them be null.
    """

    definitions: tuple[VariableDefinitionNode, ...]
    paths: Mapping[str, Path]
    conditions: tuple[str, ...] = ()


def variable_inputs(document: DocumentNode, node: OperationDefinitionNode) -> VariableInputs:
    """Read the variables of one operation of ``document``."""
    definitions = _definitions(node)
    if not definitions:
        return VariableInputs((), {})
    # No other type may stand in ``if``: most documents need not be looked through.
    nullable = {d.variable.name.value for d in definitions if print_ast(d.type) == "Boolean"}
    conditions = tuple(sorted(nullable & condition_variables(document, node))) if nullable else ()
    return VariableInputs(definitions, argument_paths(document), conditions)


def variable_coercion(
    inputs: VariableInputs, schema: GraphQLSchema, *, most_values: int, hide_suggestions: bool
) -> Coercion:
    """Return a function from what a client sent to the values that travel on.

    Values stay as the client wrote them (subgraphs coerce them again); only names that the
    operation defines are kept. The function raises VariablesInvalid, and TooComplex for more than
    ``most_values``: 300,000 equal enum values would hold the event loop for a second.
    """
    definitions = inputs.definitions
    if not definitions:
        return lambda _values: {}
    names = [definition.variable.name.value for definition in definitions]
    defaults = {
        definition.variable.name.value: untyped_value(definition.default_value)
        for definition in definitions
        if definition.default_value is not None
    }

    def coerce(values: Mapping[str, Any]) -> dict[str, Any]:
        known = {name: values[name] for name in names if name in values}
        check_number_of_values(known, most_values)
        result = get_variable_values(
            schema,
            definitions,
            known,
            max_errors=MAX_VARIABLE_ERRORS,
            hide_suggestions=hide_suggestions,
        )
        if isinstance(result, list):
            errors = [_item(error, inputs.paths) for error in result]
            raise VariablesInvalid(errors[0]["message"], errors=errors)
        for name in inputs.conditions:
            if known.get(name, name) is None:
                raise _null_condition(name)
        return {**defaults, **known}

    return coerce


def _null_condition(name: str) -> VariablesInvalid:
    """A default lets a nullable variable stand in ``if``, where null is no value (5.8.5, 6.3.2)."""
    fault = InputFault(("if",), "Expected value of non-null type 'Boolean!' not to be null.")
    message = f"Variable '${name}' has invalid value: {fault.message}"
    item = error_item(message, VariablesInvalid.code, violations=[fault.violation()])
    return VariablesInvalid(message, errors=[item])


def check_number_of_values(values: Mapping[str, Any], most: int) -> None:
    """Raise TooComplex for more than ``most`` values in lists and objects, equal ones too."""
    seen = 0
    waiting = [value for value in values.values() if type(value) is list or type(value) is dict]
    while waiting:
        value = waiting.pop()
        members = value.values() if type(value) is dict else value
        seen += len(members)
        if seen > most:
            raise TooComplex(f"The variables hold more than {most} values.")
        waiting += [inner for inner in members if type(inner) is list or type(inner) is dict]


def _definitions(node: OperationDefinitionNode) -> tuple[VariableDefinitionNode, ...]:
    """The definitions without locations, which hold on to all tokens of the document."""
    if not node.variable_definitions:
        return ()
    if all(definition.loc is None for definition in node.variable_definitions):
        return node.variable_definitions
    text = ",".join(map(print_ast, node.variable_definitions))
    [copied] = parse(f"query({text}){{__typename}}", no_location=True).definitions
    assert isinstance(copied, OperationDefinitionNode)  # noqa: S101 - it is what was written
    return tuple(copied.variable_definitions or ())


def _item(error: GraphQLError, paths: Mapping[str, Path]) -> ErrorItem:
    fault = fault_of_variable(error, paths)
    if fault is None:  # of all values together: they are nested too deeply
        message = without_value(error.message)
        fault = InputFault((), message)
    else:
        where, _, _ = error.message.partition(": ")
        message = f"{where}: {fault.message}"
    return error_item(message, VariablesInvalid.code, violations=[fault.violation()])
