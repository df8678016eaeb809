"""Supergraph document → API schema: what clients may see and ask.

Federation's machinery (directives and types of linked features) and everything ``@inaccessible``
are left out; descriptions, ``@deprecated``, ``@specifiedBy`` and ``@oneOf`` stay.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    build_ast_schema,
    validate_schema,
)

from gateway.supergraph.directives import has_directive
from gateway.supergraph.errors import SupergraphInvalid
from gateway.supergraph.links import Features

_KEPT_DIRECTIVES = frozenset({"deprecated", "specifiedBy", "oneOf"})
_EXECUTABLE_LOCATIONS = frozenset(
    {
        "QUERY",
        "MUTATION",
        "SUBSCRIPTION",
        "FIELD",
        "FRAGMENT_DEFINITION",
        "FRAGMENT_SPREAD",
        "INLINE_FRAGMENT",
        "VARIABLE_DEFINITION",
    }
)

_Node = TypeVar("_Node", bound=Any)


def build_api_schema(document: DocumentNode, features: Features) -> GraphQLSchema:
    """The schema that clients see. Raises API_SCHEMA_INVALID when nothing valid is left."""
    api = DocumentNode(definitions=tuple(_api_definitions(document, features)))
    try:
        schema = build_ast_schema(api, assume_valid_sdl=True)
        errors = validate_schema(schema)
    except (GraphQLError, TypeError) as error:
        raise _invalid(str(error)) from error
    if errors:
        faults = "; ".join(error.message for error in errors[:5])
        raise _invalid(faults)
    return schema


def _invalid(faults: str) -> SupergraphInvalid:
    return SupergraphInvalid("API_SCHEMA_INVALID", f"The API schema is not valid: {faults}")


def _api_definitions(document: DocumentNode, features: Features) -> list[DefinitionNode]:
    """Drop hidden definitions, then (until nothing changes) types that have nothing left."""
    hide = features.directive("inaccessible")
    kept: dict[str, TypeDefinitionNode] = {}
    others: list[DefinitionNode] = []
    for definition in document.definitions:
        if isinstance(definition, TypeDefinitionNode):
            name = definition.name.value
            if not features.owns_type(name) and not has_directive(definition, hide):
                kept[name] = definition
        elif isinstance(definition, DirectiveDefinitionNode):
            if _client_may_use(definition, features):
                others.append(_strip(definition, directives=(), arguments=definition.arguments))
        elif isinstance(definition, SchemaDefinitionNode):
            others.append(definition)
    while True:
        visible = {name: _visible_part(node, hide, kept) for name, node in kept.items()}
        remaining = {name: node for name, node in visible.items() if not _is_empty(node)}
        if remaining.keys() == kept.keys():
            break
        kept = {name: kept[name] for name in remaining}
    schema = [_visible_schema(node, kept) for node in others]
    return [*schema, *remaining.values()]


def _client_may_use(definition: DirectiveDefinitionNode, features: Features) -> bool:
    locations = {location.value for location in definition.locations}
    return bool(locations & _EXECUTABLE_LOCATIONS) and not features.owns_directive(
        definition.name.value
    )


def _visible_schema(node: DefinitionNode, kept: dict[str, TypeDefinitionNode]) -> DefinitionNode:
    if not isinstance(node, SchemaDefinitionNode):
        return node
    roots = tuple(o for o in node.operation_types if o.type.name.value in kept)
    return _strip(node, directives=(), operation_types=roots)


def _visible_part(
    node: TypeDefinitionNode, hide: str, kept: dict[str, TypeDefinitionNode]
) -> TypeDefinitionNode:
    """Return a type as clients see it: without what ``hide`` marks, or what has a hidden type."""

    def shown(item: Any) -> bool:
        return not has_directive(item, hide) and (
            not hasattr(item, "type") or _named(item.type) in kept or _named(item.type) in _BUILT_IN
        )

    match node:
        case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode():
            return _strip(
                node,
                fields=_each(node.fields, shown, lambda f: _visible_field(f, shown)),
                interfaces=tuple(i for i in node.interfaces or () if i.name.value in kept),
            )
        case InputObjectTypeDefinitionNode():
            return _strip(node, fields=_each(node.fields, shown, _strip))
        case EnumTypeDefinitionNode():
            return _strip(node, values=_each(node.values, shown, _strip))
        case UnionTypeDefinitionNode():
            return _strip(node, types=tuple(t for t in node.types or () if t.name.value in kept))
        case _:
            return _strip(node)


_BUILT_IN = frozenset({"Int", "Float", "String", "Boolean", "ID"})


def _visible_field(node: FieldDefinitionNode, shown: Callable[[Any], bool]) -> FieldDefinitionNode:
    return _strip(node, arguments=_each(node.arguments, shown, _strip))


def _each(
    nodes: tuple[_Node, ...] | None, shown: Callable[[Any], bool], change: Callable[[_Node], _Node]
) -> tuple[_Node, ...]:
    return tuple(change(node) for node in nodes or () if shown(node))


def _strip(node: _Node, **changes: Any) -> _Node:
    """A copy of ``node`` with ``changes`` and only the directives that clients see."""
    values = {key: getattr(node, key) for key in node.keys if key != "loc"}
    if "directives" in values:
        values["directives"] = tuple(
            d for d in values["directives"] or () if d.name.value in _KEPT_DIRECTIVES
        )
    values.update(changes)
    copy: _Node = type(node)(**values)
    return copy


def _named(node: Any) -> str:
    while not hasattr(node, "name"):
        node = node.type
    name: str = node.name.value
    return name


def _is_empty(node: TypeDefinitionNode) -> bool:
    for part in ("fields", "values", "types"):
        if part in node.keys:
            return not getattr(node, part)
    return False
