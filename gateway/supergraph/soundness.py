"""What a supergraph must be to be served, beyond what reading it finds out.

A composer writes none of this. A file that was merged by hand, cut, or put together of two versions
has it, is GraphQL all the same, and would be noticed by whoever sends the wrong operation:

    names      each type, field, argument, value and directive is defined once, one schema; nothing
               is extended, for extensions are not read
    types      what a field, an argument, a union or an interface names is there
    field sets what ``@key``, ``@requires`` and ``@provides`` select is there, down to leaves
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
)

from gateway.supergraph.errors import SupergraphInvalid
from gateway.supergraph.field_set import FieldSet, FragmentSelection
from gateway.supergraph.links import Features
from gateway.supergraph.model import SPECIFIED_SCALARS, SupergraphType, TypeInSubgraph, TypeKind

_WITH_FIELDS = (TypeKind.OBJECT, TypeKind.INTERFACE)
_PARTS = ("fields", "values", "arguments")


def check_document(document: DocumentNode, features: Features) -> None:
    """Refuse names that are defined twice or nowhere. Raises SUPERGRAPH_MALFORMED."""
    defined: set[str] = set()
    for definition in document.definitions:
        if isinstance(definition, SchemaExtensionNode):
            continue
        name = _name_of(definition)
        if name in defined:
            raise _malformed(f"{name} is defined twice.")
        defined.add(name)
        _check_parts(definition, name)
    for definition in document.definitions:
        if isinstance(definition, TypeDefinitionNode):
            owner = definition.name.value
            for place, wanted in _named_types(definition):
                if wanted not in defined | SPECIFIED_SCALARS and not features.owns_type(owner):
                    raise _malformed(f"{place} names the type {wanted}, which there is not.")


def check_field_sets(types: Mapping[str, SupergraphType]) -> None:
    """Refuse selections of what is not there. Raises SUPERGRAPH_MALFORMED."""
    for name, type_ in types.items():
        for subgraph, known in type_.subgraphs.items():
            for on, selections, where in _field_sets(name, known):
                _check_selections(on, selections, f"{where} in {subgraph}", types)


def _name_of(definition: DefinitionNode) -> str:
    match definition:
        case SchemaDefinitionNode():
            return "schema"
        case DirectiveDefinitionNode():
            return f"@{definition.name.value}"
        case TypeDefinitionNode():
            return definition.name.value
        case TypeExtensionNode():
            name = definition.name.value
            raise _malformed(f"{name} is extended: a supergraph has its types in one piece.")
        case _:
            raise _malformed("It holds an operation or a fragment.")


def _check_parts(node: Any, place: str) -> None:
    for part in _PARTS:
        seen: set[str] = set()
        for item in getattr(node, part, None) or ():
            name = item.name.value
            if name in seen:
                raise _malformed(f"{place}.{name} is defined twice.")
            seen.add(name)
            _check_parts(item, f"{place}.{name}")


def _named_types(definition: TypeDefinitionNode) -> Iterator[tuple[str, str]]:
    """(where, the type's name) of all that a definition names."""
    name = definition.name.value
    for named in (*_items(definition, "interfaces"), *_items(definition, "types")):
        yield name, named.name.value
    for field in _items(definition, "fields"):
        place = f"{name}.{field.name.value}"
        yield place, _innermost(field.type)
        for argument in _items(field, "arguments"):
            yield f"{place}({argument.name.value}:)", _innermost(argument.type)


def _items(node: Any, part: str) -> Iterable[Any]:
    return getattr(node, part, None) or ()


def _innermost(node: Any) -> str:
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    assert isinstance(node, NamedTypeNode)  # noqa: S101 - there is no fourth kind
    return node.name.value


def _field_sets(name: str, known: TypeInSubgraph) -> Iterator[tuple[str, FieldSet, str]]:
    """(type that it stands on, selections, where) of a type's field sets."""
    for key in known.keys:
        yield name, key.fields, f"@key of {name}"
    for field, said in known.fields.items():
        if said.requires is not None:
            yield name, said.requires, f"@requires of {name}.{field}"
        if said.provides is not None:
            yield said.type.name, said.provides, f"@provides of {name}.{field}"


def _check_selections(
    on: str, selections: FieldSet, where: str, types: Mapping[str, SupergraphType]
) -> None:
    for selection in selections:
        if isinstance(selection, FragmentSelection):
            if selection.type_condition not in types:
                raise _malformed(f"{where}: there is no type {selection.type_condition}.")
            _check_selections(selection.type_condition, selection.selections, where, types)
            continue
        if selection.name == "__typename":
            continue
        type_ = types.get(on)
        field = type_.fields.get(selection.name) if type_ and type_.kind in _WITH_FIELDS else None
        if field is None:
            raise _malformed(f"{where}: {on} has no field {selection.name}.")
        inner = types.get(field.type.name)
        if (inner is not None and inner.kind.is_composite) != bool(selection.selections):
            raise _malformed(f"{where}: {on}.{selection.name} is not selected down to leaves.")
        _check_selections(field.type.name, selection.selections, where, types)


def _malformed(message: str) -> SupergraphInvalid:
    return SupergraphInvalid("SUPERGRAPH_MALFORMED", message)
