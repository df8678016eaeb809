"""What normalising asks of a schema, by name, made once per schema."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from graphql import (
    GraphQLCompositeType,
    GraphQLSchema,
    get_named_type,
    introspection_types,
    is_abstract_type,
    is_composite_type,
)

DIFFERENT = "?"
"""Stands for composite types that are not the same for all objects."""
META_FIELDS = {"__typename": None, "__schema": "__Schema", "__type": "__Type"}


class SchemaTypes:
    """Possible concrete types of every composite type, and what its fields return."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.possible: dict[str, frozenset[str]] = {}
        self.returns: dict[str, dict[str, str | None]] = {}
        self._common: dict[tuple[str, str], str | None] = {}
        for name, type_ in {**introspection_types, **schema.type_map}.items():
            if not is_composite_type(type_):
                continue
            self.possible[name] = _possible(schema, type_)
            self.returns[name] = {
                field: named.name if is_composite_type(named := get_named_type(d.type)) else None
                for field, d in getattr(type_, "fields", {}).items()
            }

    def composite(self, parent: str, field: str) -> str | None:
        """Return the name of the composite type that a field returns, None for a leaf."""
        meta = META_FIELDS.get(field, "")
        return self.returns[parent][field] if meta == "" else meta

    def common(self, type_name: str, field: str) -> str | None:
        """What a field returns for objects of a type whatever they are; else ``DIFFERENT``."""
        key = (type_name, field)
        if key not in self._common:
            returned = {self.composite(each, field) for each in self.possible[type_name]}
            self._common[key] = returned.pop() if len(returned) == 1 else DIFFERENT
        return self._common[key]


def _possible(schema: GraphQLSchema, type_: GraphQLCompositeType) -> frozenset[str]:
    """Concrete types of a type; an interface that nobody implements stands for itself.

    Its objects can still be asked for the interface's own fields, by a subgraph that has it as an
    @interfaceObject.
    """
    if is_abstract_type(type_):
        concrete = frozenset(t.name for t in schema.get_possible_types(type_))
        return concrete or frozenset({type_.name})
    return frozenset({type_.name})


_KNOWN: WeakKeyDictionary[GraphQLSchema, SchemaTypes] = WeakKeyDictionary()


def schema_types(schema: GraphQLSchema) -> SchemaTypes:
    """Return the (remembered) index of a schema's types."""
    if (types := _KNOWN.get(schema)) is None:
        types = _KNOWN[schema] = SchemaTypes(schema)
    return types
