"""A plugin of pytest: graphql-core's tests meet the services' executor instead of its own.

Their schemas have no Strawberry fields, so whatever graphql-core would read by its default resolver
counts as plain: an attribute, unless the field has arguments. Sources that are dicts, methods and
the like are not plain, and go the ordinary way.
"""

from __future__ import annotations

from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema
from graphql.execution import execute

from shared.graphql.executor import PlainFieldExecutor
from shared.graphql.plain import EXTENSION


class TestedExecutor(PlainFieldExecutor):
    """Ours, for schemas of any origin."""

    def __init__(self, schema: GraphQLSchema, *arguments: Any, **named: Any) -> None:
        if EXTENSION not in schema.extensions:
            schema.extensions[EXTENSION] = _default_fields(schema)
        super().__init__(schema, *arguments, **named)


def _default_fields(schema: GraphQLSchema) -> dict[str, dict[str, str]]:
    return {
        name: {
            field_name: field_name
            for field_name, field in type_.fields.items()
            if field.resolve is None and not field.args
        }
        for name, type_ in schema.type_map.items()
        if isinstance(type_, GraphQLObjectType) and not name.startswith("__")
    }


execute.__globals__["IncrementalExecutor"] = TestedExecutor
