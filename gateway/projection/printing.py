"""A projection as text: what is answered, in order, and where null may stand.

query
  me: Human                      a nullable field
    id: ID!
    name: String  = fullName      another response key than the field's name
    [Admin] level: Int            on these concrete types only
    email: String  if $full       under a condition
"""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLSchema, is_composite_type

from gateway.operation.condition import ALWAYS
from gateway.operation.model import Field, Operation, SelectionSet


def print_projection(operation: Operation, api_schema: GraphQLSchema) -> str:
    """Write the projection of ``operation`` for a person."""
    lines = _selection(operation.selection, api_schema, "  ")
    return "\n".join([operation.kind.value, *lines]) + "\n"


def _selection(selection: SelectionSet, schema: GraphQLSchema, indent: str) -> Iterator[str]:
    for field in selection.fields:
        types = "" if field.on >= selection.possible else f"[{' '.join(sorted(field.on))}] "
        renamed = "" if field.key == field.name else f"  = {field.name}"
        when = "" if field.when == ALWAYS else f"  if {field.when}"
        yield f"{indent}{types}{field.key}: {_type_of(field, schema)}{renamed}{when}"
        if field.selection is not None:
            yield from _selection(field.selection, schema, indent + "  ")


def _type_of(field: Field, schema: GraphQLSchema) -> str:
    if field.name == "__typename":
        return "String!"
    printed = []
    for name in sorted(field.on):
        type_ = schema.type_map[name]
        definition = (
            getattr(type_, "fields", {}).get(field.name) if is_composite_type(type_) else None
        )
        printed.append("introspection" if definition is None else str(definition.type))
    return " | ".join(dict.fromkeys(printed))
