"""How much an introspection asks for, measured by what tools ask for.

Aliases multiply introspection as they do anything else: 100 times the whole schema is seconds of
work. The unit is the full introspection query of the same schema; two of that are allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from graphql import (
    GraphQLSchema,
    get_introspection_query,
    introspection_types,
    is_list_type,
    is_non_null_type,
    is_object_type,
    parse,
)

from gateway.operation.errors import TooComplex
from gateway.operation.introspection import ROOT_FIELDS
from gateway.operation.model import Field, Operation, SelectionSet
from gateway.operation.normalise import normalise

ALLOWED = 2
_LIST = 10

_units: WeakKeyDictionary[GraphQLSchema, int] = WeakKeyDictionary()


def check_introspection(operation: Operation, schema: GraphQLSchema) -> None:
    """Raise TooComplex if ``operation`` asks for more than tools do."""
    asked = introspection_size(operation, schema)
    if asked and asked > ALLOWED * _unit(schema):
        raise TooComplex("The introspection asks for more than the whole schema twice.")


def introspection_size(operation: Operation, schema: GraphQLSchema) -> int:
    """Count the values that introspection fields answer: estimated, but for the types."""
    found = _introspection(operation.selection)
    return sum(_selection(f.selection, schema) for f in found if f.selection)


def _introspection(selection: SelectionSet) -> Iterator[Field]:
    for field in selection.fields:
        if field.name in ROOT_FIELDS:
            yield field
        elif field.selection is not None:
            yield from _introspection(field.selection)


def _unit(schema: GraphQLSchema) -> int:
    if schema not in _units:
        query = get_introspection_query(
            specified_by_url=True,
            directive_is_repeatable=True,
            schema_description=True,
            input_value_deprecation=True,
        )
        operation = normalise(parse(query, no_location=True), None, schema)
        _units[schema] = introspection_size(operation, schema)
    return _units[schema]


def _selection(selection: SelectionSet, schema: GraphQLSchema) -> int:
    return sum(
        1
        if field.selection is None
        else 1 + _times(selection.type, field, schema) * _selection(field.selection, schema)
        for field in selection.fields
    )


def _times(parent: str, field: Field, schema: GraphQLSchema) -> int:
    type_ = introspection_types.get(parent)
    if not is_object_type(type_) or field.name not in type_.fields:
        return 1
    returned = type_.fields[field.name].type
    if is_non_null_type(returned):
        returned = returned.of_type
    if not is_list_type(returned):
        return 1
    return len(schema.type_map) if (parent, field.name) == ("__Schema", "types") else _LIST
