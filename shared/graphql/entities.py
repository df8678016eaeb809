"""Entities by representation (Federation's ``_entities``), each with an error of its own."""

import asyncio
from collections.abc import Mapping
from inspect import isawaitable
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLError,
    GraphQLNamedType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLUnionType,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types import Info
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.utils.inspect import get_func_args

from shared.errors import BadUserInput, Violation
from shared.graphql.errors import MAX_ERRORS


async def resolve_entities(
    converter: GraphQLCoreConverter, info: Info, representations: list[Any]
) -> list[Any]:
    """The entity of each representation; one that cannot be resolved is null with its own error.

    Past ``MAX_ERRORS`` of them the list fails as a whole: more are never told, and to place each
    costs 0.1 ms of the event loop.
    """
    found = [
        _entity(converter, info, representation, index)
        for index, representation in enumerate(representations)
    ]
    waiting = [(at, entity) for at, entity in enumerate(found) if isawaitable(entity)]
    entities = await asyncio.gather(*(each for _, each in waiting), return_exceptions=True)
    for (at, _), entity in zip(waiting, entities, strict=True):
        found[at] = entity
    failed = [entity for entity in found if isinstance(entity, BaseException)]
    if len(failed) > MAX_ERRORS:
        raise failed[0]
    return found


def _entity(
    converter: GraphQLCoreConverter, info: Info, representation: object, index: int
) -> object:
    fields = dict(representation) if isinstance(representation, Mapping) else {}
    type_ = converter.type_map.get(str(fields.pop("__typename", "")))
    definition = getattr(type_, "definition", None)
    if not isinstance(definition, StrawberryObjectDefinition):
        return _bad_representation(index, "UNKNOWN_TYPE", "No entity of this type here.")
    resolve = getattr(definition.origin, "resolve_reference", None)
    if resolve is None:
        return _bad_representation(index, "UNKNOWN_TYPE", "This type is not an entity here.")
    wanted = set(get_func_args(resolve))
    arguments = {name: value for name, value in fields.items() if name in wanted}
    if "info" in wanted:
        arguments["info"] = info
    try:
        return resolve(**arguments)
    except TypeError:
        return _bad_representation(index, "MISSING_KEY", "The representation lacks its key.")
    except Exception as error:  # noqa: BLE001  an error of this item alone
        return error


def serve_from_sources(schema: GraphQLSchema) -> None:
    """Tell the type of an entity also where it is served from a class that is no Strawberry type.

    ``source = domain.Offer`` in a type: objects of that class have its fields and are not copied.
    """
    names = {
        source: name
        for name, type_ in schema.type_map.items()
        if (source := _source_of(type_)) is not None
    }
    union = schema.type_map.get("_Entity")
    if not isinstance(union, GraphQLUnionType) or union.resolve_type is None:
        return
    resolve = union.resolve_type

    def type_of(value: Any, info: GraphQLResolveInfo[Any], abstract: GraphQLAbstractType) -> Any:
        return names.get(type(value)) or resolve(value, info, abstract)

    union.resolve_type = type_of


def _source_of(type_: GraphQLNamedType) -> type | None:
    definition = type_.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    source: type | None = getattr(getattr(definition, "origin", None), "source", None)
    return source


def _bad_representation(index: int, code: str, message: str) -> BadUserInput:
    return BadUserInput([Violation(("representations", index), code, message)])


def parse_key(parse: Any, value: object, name: str = "id") -> Any:
    """A raw key of a representation through a scalar's parser; faults are the caller's input."""
    try:
        return parse(value)
    except GraphQLError as error:
        raise BadUserInput.single(name, "INVALID_VALUE", error.message) from None
