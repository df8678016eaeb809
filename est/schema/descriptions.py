"""Finds what clients can see but nobody has described."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_directive,
    is_specified_scalar_type,
)


def undescribed(schema: GraphQLSchema) -> Iterator[str]:
    """Yield the schema coordinates of everything that lacks a description."""
    for type_ in schema.type_map.values():
        if not is_introspection_type(type_) and not is_specified_scalar_type(type_):
            yield from _in_type(type_)
    for directive in schema.directives:
        if not is_specified_directive(directive) and not directive.description:
            yield f"@{directive.name}"


def _in_type(type_: GraphQLNamedType) -> Iterator[str]:
    if not type_.description:
        yield type_.name
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        yield from _in_fields(type_)
    elif isinstance(type_, GraphQLInputObjectType):
        yield from (f"{type_.name}.{name}" for name, f in type_.fields.items() if not f.description)
    elif isinstance(type_, GraphQLEnumType):
        yield from (f"{type_.name}.{name}" for name, v in type_.values.items() if not v.description)


def _in_fields(type_: GraphQLObjectType | GraphQLInterfaceType) -> Iterator[str]:
    for name, field in type_.fields.items():
        if not field.description:
            yield f"{type_.name}.{name}"
        for argument, value in field.args.items():
            if not value.description:
                yield f"{type_.name}.{name}({argument}:)"
