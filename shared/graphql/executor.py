"""An executor that reads plain attribute leaves directly.

graphql-core resolves every field through a path, an info object and a resolver call, also where the
field is an attribute holding a string. For leaves without arguments whose resolver is Strawberry's
default, this one reads the attribute and serialises it: 50 objects of 12 fields in a sixth of the
time. Whatever is not plain, or does not turn out plain at run time, goes the ordinary way.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from asyncpg.pgproto.pgproto import UUID as AsyncpgUUID  # noqa: N811
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import GroupedFieldSet
from graphql.pyutils import AwaitableOrValue, Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import GraphQLCoreConverter

PLAIN_TYPES = frozenset({str, int, float, bool, UUID, AsyncpgUUID, datetime, Decimal})
EXTENSION = "shared.plain_leaves"

PlainLeaves = Mapping[str, Mapping[str, "PlainLeaf"]]


@dataclass(frozen=True, slots=True)
class PlainLeaf:
    """How to read one leaf: its attribute, its serialiser, and whether null may stand."""

    attribute: str
    serialize: Callable[[Any], Any]
    nullable: bool

    def read(self, source: Any) -> Any:
        """The serialised value, or ``Undefined``: take the ordinary way."""
        value = getattr(source, self.attribute, Undefined)
        if value is None:
            return None if self.nullable else Undefined
        if type(value) not in PLAIN_TYPES and not isinstance(value, Enum):
            return Undefined
        try:
            return self.serialize(value)
        except Exception:  # noqa: BLE001  the ordinary way raises it again, with its path
            return Undefined


def attach_plain_leaves(schema: GraphQLSchema) -> None:
    """Find the plain leaves of all object types, once, and keep them with the schema."""
    leaves: dict[str, dict[str, PlainLeaf]] = {}
    for name, type_ in schema.type_map.items():
        if isinstance(type_, GraphQLObjectType) and not name.startswith("__"):
            found = {
                field_name: leaf
                for field_name, field in type_.fields.items()
                if (leaf := _plain_leaf(field)) is not None
            }
            if found:
                leaves[name] = found
    schema.extensions[EXTENSION] = leaves


def _plain_leaf(field: GraphQLField) -> PlainLeaf | None:
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    leaf = get_nullable_type(field.type)
    is_default = getattr(field.resolve, "_is_default", False)
    if definition is None or field.args or not is_default or not is_leaf_type(leaf):
        return None
    if not definition.is_basic_field or definition.extensions:
        return None
    return PlainLeaf(
        definition.python_name, leaf.coerce_output_value, not is_non_null_type(field.type)
    )


class PlainLeafExecutor(StrawberryGraphQLCoreExecutionContext):
    """See the module. Used by ``SubgraphSchema``."""

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> AwaitableOrValue[dict[str, Any]]:
        """Read plain leaves here; hand the other fields to the base class, keeping the order."""
        plain = self.schema.extensions[EXTENSION].get(parent_type.name)
        if plain is None:
            return super().execute_fields(
                parent_type, source_value, path, grouped_field_set, position_context
            )
        results: dict[str, Any] = {}
        others: GroupedFieldSet = {}
        for key, details in grouped_field_set.items():
            leaf = plain.get(details[0].node.name.value)
            value = Undefined if leaf is None else leaf.read(source_value)
            results[key] = value
            if value is Undefined:
                others[key] = details
        if not others:
            return results
        rest = super().execute_fields(parent_type, source_value, path, others, position_context)
        if isinstance(rest, dict):
            results.update(rest)
            return results
        return _merge_later(results, rest)


async def _merge_later(results: dict[str, Any], rest: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    results.update(await rest)
    return results
