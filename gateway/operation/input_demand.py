"""What the arguments of a field demand: ``@cost`` of arguments, input fields, scalars and enums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    Undefined,
    get_named_type,
    is_list_type,
    is_non_null_type,
    parse_value,
    value_from_ast_untyped,
)

from gateway.operation.formulas import Cost
from gateway.operation.model import Argument
from gateway.operation.schema_costs import SchemaCosts

INPUT_OBJECT = 1


def argument_demand(
    argument: Argument, type_: GraphQLInputType, own: int | None, costs: SchemaCosts
) -> Cost:
    """Return what an argument weighs; ``own`` is its ``@cost``."""
    named = get_named_type(type_)
    plain = not isinstance(named, GraphQLInputObjectType) and named.name not in costs.types
    if plain and own is None:
        return 0
    literal = parse_value(argument.text)
    if not argument.variables and not argument.literals:
        return _weigh(value_from_ast_untyped(literal), type_, own, costs)
    return lambda variables: _weigh(
        value_from_ast_untyped(literal, dict(variables)), type_, own, costs
    )


def _weigh(value: Any, type_: GraphQLInputType, own: int | None, costs: SchemaCosts) -> int:
    """A list weighs what each of its items does, and ``own`` once more for itself.

    What is not given, or null, weighs nothing.
    """
    if value is None or value is Undefined:
        return 0
    if is_non_null_type(type_):
        return _weigh(value, type_.of_type, own, costs)
    if is_list_type(type_):
        if not isinstance(value, list):  # one item may stand for a list of it
            return _weigh(value, type_.of_type, own, costs)
        return (own or 0) + sum(_weigh(item, type_.of_type, own, costs) for item in value)
    if isinstance(type_, GraphQLInputObjectType):
        return (INPUT_OBJECT if own is None else own) + _weigh_fields(value, type_, costs)
    return costs.types.get(get_named_type(type_).name, 0) if own is None else own


def _weigh_fields(
    value: Mapping[str, Any], type_: GraphQLInputObjectType, costs: SchemaCosts
) -> int:
    return sum(
        _weigh(value[name], field.type, costs.input_fields.get((type_.name, name)), costs)
        for name, field in type_.fields.items()
        if name in value
    )
