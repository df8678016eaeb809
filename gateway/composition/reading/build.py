"""Builds the model of a subgraph out of its (validated) document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from graphql import (
    ConstValueNode,
    DirectiveDefinitionNode,
    DirectiveLocation,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
)

from gateway.composition.directives import by_name
from gateway.composition.model import (
    BUILT_IN_SCALARS,
    Applied,
    DirectiveDefinition,
    EnumValue,
    Field,
    InputValue,
    Kind,
    ListOf,
    Named,
    NonNull,
    Subgraph,
    Type,
    TypeRef,
)
from gateway.composition.reading.definitions import is_machinery
from gateway.composition.reading.links import Names

Declaration = TypeDefinitionNode | TypeExtensionNode

_KINDS: Mapping[type, Kind] = {
    ScalarTypeDefinitionNode: Kind.SCALAR,
    ScalarTypeExtensionNode: Kind.SCALAR,
    ObjectTypeDefinitionNode: Kind.OBJECT,
    ObjectTypeExtensionNode: Kind.OBJECT,
    InterfaceTypeDefinitionNode: Kind.INTERFACE,
    InterfaceTypeExtensionNode: Kind.INTERFACE,
    UnionTypeDefinitionNode: Kind.UNION,
    UnionTypeExtensionNode: Kind.UNION,
    EnumTypeDefinitionNode: Kind.ENUM,
    EnumTypeExtensionNode: Kind.ENUM,
    InputObjectTypeDefinitionNode: Kind.INPUT,
    InputObjectTypeExtensionNode: Kind.INPUT,
}


def build_subgraph(
    name: str, url: str, graph: str, document: DocumentNode, names: Names
) -> Subgraph:
    """Return the model; root types keep the names the document gives them."""
    declarations: dict[str, list[Declaration]] = {}
    directives = {}
    description: str | None = None
    schema_nodes: list[DirectiveNode] = []
    for node in document.definitions:
        if isinstance(node, TypeDefinitionNode | TypeExtensionNode):
            if is_machinery(node.name.value, names) or node.name.value in BUILT_IN_SCALARS:
                continue
            declarations.setdefault(node.name.value, []).append(node)
        elif isinstance(node, DirectiveDefinitionNode):
            if node.name.value in names.canonical or node.name.value == "link":
                continue
            directives[node.name.value] = _directive_definition(node, names)
        elif isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            schema_nodes += node.directives or ()
            description = description or _description(node)
    types = {key: _type(nodes, names) for key, nodes in declarations.items()}
    return Subgraph(
        name=name,
        url=url,
        graph=graph,
        version=names.version,
        types=types,
        directives=directives,
        links=names.links,
        description=description,
        schema_directives=_applied(schema_nodes, names),
        spelling=names.written,
    )


def _type(nodes: Sequence[Declaration], names: Names) -> Type:
    """Join all declarations of a type, ``type T`` and each ``extend type T``."""
    extensions = [node for node in nodes if isinstance(node, TypeExtensionNode)]
    kind = _KINDS[type(nodes[0])]
    directives = [a for node in nodes for a in _type_directives(node, kind, names)]
    return Type(
        name=nodes[0].name.value,
        description=next((d for d in map(_description, nodes) if d is not None), None),
        kind=kind,
        directives=tuple(directives),
        fields={f.name: f for node in nodes for f in _fields(node, kind, names)},
        inputs={
            i.name.value: _input_value(i, names)
            for node in nodes
            if kind is Kind.INPUT
            for i in cast("InputObjectTypeDefinitionNode", node).fields or ()
        },
        values={
            v.name.value: EnumValue(
                name=v.name.value,
                description=_description(v),
                directives=_applied(v.directives or (), names),
            )
            for node in nodes
            if kind is Kind.ENUM
            for v in cast("EnumTypeDefinitionNode", node).values or ()
        },
        interfaces=_unique(i for node in nodes for i in _names_of(node, "interfaces")),
        members=_unique(m for node in nodes for m in _names_of(node, "types")),
        defined=len(extensions) < len(nodes),
        extended=bool(extensions),
    )


def _type_directives(node: Declaration, kind: Kind, names: Names) -> tuple[Applied, ...]:
    applied = _applied(node.directives or (), names, extension=isinstance(node, TypeExtensionNode))
    if kind is not Kind.OBJECT:
        return applied
    return tuple(a for a in applied if not _means_fields(a))


def _means_fields(applied: Applied) -> bool:
    """``type T @shareable { … }``: each field of this declaration is shareable."""
    return applied.federation and by_name()[applied.name].on_type_means_fields


def _fields(node: Declaration, kind: Kind, names: Names) -> Iterable[Field]:
    """Read a declaration's fields, with the marks on the declaration that mean its fields."""
    if kind not in {Kind.OBJECT, Kind.INTERFACE}:
        return
    # Federation 1 took no notice of @external on a type.
    written = _applied(node.directives or (), names) if names.version >= (2, 0) else ()
    inherited = [applied for applied in written if _means_fields(applied)]
    for declared in cast("ObjectTypeDefinitionNode", node).fields or ():
        field = _field(declared, names)
        added = tuple(a for a in inherited if not field.has(a.name)) if inherited else ()
        if added and kind is Kind.OBJECT:
            field = Field(
                name=field.name,
                description=field.description,
                directives=field.directives + added,
                type=field.type,
                arguments=field.arguments,
            )
        yield field


def _field(node: FieldDefinitionNode, names: Names) -> Field:
    return Field(
        name=node.name.value,
        description=_description(node),
        directives=_applied(node.directives or (), names),
        type=type_ref(node.type),
        arguments={a.name.value: _input_value(a, names) for a in node.arguments or ()},
    )


def _input_value(node: InputValueDefinitionNode, names: Names) -> InputValue:
    return InputValue(
        name=node.name.value,
        description=_description(node),
        directives=_applied(node.directives or (), names),
        type=type_ref(node.type),
        default=node.default_value,
    )


def _directive_definition(node: DirectiveDefinitionNode, names: Names) -> DirectiveDefinition:
    return DirectiveDefinition(
        name=node.name.value,
        description=_description(node),
        arguments={a.name.value: _input_value(a, names) for a in node.arguments or ()},
        locations=tuple(DirectiveLocation[location.value] for location in node.locations),
        repeatable=node.repeatable,
    )


def _applied(
    nodes: Iterable[DirectiveNode], names: Names, *, extension: bool = False
) -> tuple[Applied, ...]:
    return tuple(
        Applied(
            name=names.canonical.get(node.name.value, node.name.value),
            arguments={a.name.value: cast("ConstValueNode", a.value) for a in node.arguments or ()},
            federation=node.name.value in names.canonical,
            of_extension=extension,
        )
        for node in nodes
    )


def type_ref(node: TypeNode) -> TypeRef:
    """Return the model's reference for a type in a document."""
    if isinstance(node, NonNullTypeNode):
        return NonNull(cast("Named | ListOf", type_ref(node.type)))
    if isinstance(node, ListTypeNode):
        return ListOf(type_ref(node.type))
    return Named(cast("NamedTypeNode", node).name.value)


def _description(node: object) -> str | None:
    description: StringValueNode | None = getattr(node, "description", None)
    return None if description is None else description.value


def _names_of(node: Declaration, attribute: str) -> Iterable[str]:
    listed: Sequence[NamedTypeNode] = getattr(node, attribute, None) or ()
    return (item.name.value for item in listed)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
