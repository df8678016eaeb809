"""Rules that an input breaks beside values that cannot be read: one answer names both.

::

    createOffer(input: {price: "cheap", title: ""})

``price`` is no Decimal, so no resolver runs, and only a resolver says that a title has a character.
Whoever mends the price would be told of the title at the second try. So what cannot be read is
taken for something harmless, and a service's rules for the input are asked. Only values of custom
scalars in variables are looked past: all else a gateway has refused before.
"""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableNode,
    coerce_input_value,
    get_nullable_type,
)
from strawberry.schema import BaseSchema
from strawberry.types.arguments import convert_argument

from shared.validation.input_faults import Path, fault_of

Rule: TypeAlias = Callable[[Any, frozenset[str]], Exception | None]
"""From an input, and the names of its fields that were sent and read, to what is wrong there."""
Rules: TypeAlias = Mapping[type, Rule]

HARMLESS: Mapping[str, str] = {
    "Date": "2050-01-01",
    "DateTime": "2050-01-01T12:00:00Z",
    "Decimal": "1",
    "TimeOfDay": "12:00",
    "UUID": "00000000-0000-4000-8000-000000000000",
}


def broken_beside(
    schema: BaseSchema,
    rules: Rules,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    errors: Sequence[GraphQLError],
) -> list[GraphQLError]:
    """An error for each root field's input that breaks rules beside what ``errors`` tell of it."""
    faults = [fault_of(error) for error in errors]
    places = [fault.path for fault in faults if fault is not None]
    if not rules or len(places) < len(faults):
        return []  # not about values alone
    found = []
    for node, argument in _variables_of_roots(operation):
        field, name = _field(schema, operation, node), argument.name.value
        unread = [path[1:] for path in places if path[0] == name]
        if field is None or not unread:
            continue
        value = _without(unread, variables.get(_name(argument)), field.args[name].type)
        given = None if value is None else _read(schema, field, name, value)
        rule = rules.get(type(given))
        if value is None or rule is None:
            continue
        error = rule(given, frozenset(value) - {str(path[0]) for path in unread})
        if error is not None:
            found.append(GraphQLError(str(error), node, original_error=error))
    return found


def _variables_of_roots(
    operation: OperationDefinitionNode,
) -> Iterator[tuple[FieldNode, ArgumentNode]]:
    """Root fields with each of their arguments that is a variable as a whole."""
    for node in operation.selection_set.selections:
        if isinstance(node, FieldNode):
            for argument in node.arguments or ():
                if isinstance(argument.value, VariableNode):
                    yield node, argument


def _name(argument: ArgumentNode) -> str:
    return cast("VariableNode", argument.value).name.value


def _field(
    schema: BaseSchema, operation: OperationDefinitionNode, node: FieldNode
) -> GraphQLField | None:
    core = cast("GraphQLSchema", cast("Any", schema)._schema)  # noqa: SLF001  no other way to it
    root = core.get_root_type(operation.operation)
    return None if root is None else root.fields.get(node.name.value)


def _without(unread: Sequence[Path], value: Any, type_: GraphQLInputType) -> dict[str, Any] | None:
    """The value with something harmless at each place; None where there is none for it."""
    if not isinstance(value, dict) or not all(unread):
        return None
    harmless = copy.deepcopy(value)
    for path in unread:
        below: Any = harmless
        for step in path[:-1]:
            below = below[step]
        name = _scalar_at(path, type_)
        if name is None:
            return None
        below[path[-1]] = HARMLESS[name]
    return harmless


def _scalar_at(path: Path, type_: Any) -> str | None:
    for step in path:
        type_ = get_nullable_type(type_)
        if isinstance(type_, GraphQLList) and isinstance(step, int):
            type_ = type_.of_type
        elif isinstance(type_, GraphQLInputObjectType) and step in type_.fields:
            type_ = type_.fields[str(step)].type
        else:
            return None
    name: str | None = getattr(get_nullable_type(type_), "name", None)
    return name if name in HARMLESS else None


def _read(schema: BaseSchema, field: GraphQLField, name: str, value: Any) -> Any:
    """The input as its resolver would get it; None if more is wrong with it."""
    coerced = coerce_input_value(value, field.args[name].type)
    if coerced is Undefined:
        return None
    converter = schema.schema_converter
    for argument in field.extensions["strawberry-definition"].arguments:
        if schema.config.name_converter.get_graphql_name(argument) == name:
            return convert_argument(
                coerced, argument.type, converter.scalar_registry, schema.config
            )
    return None
