"""The types of a supergraph, and per subgraph what its join directives say of each.

The join versions differ in what they can say:

==== ============================================================================================
v0.1 ownership: a type has an owner (``@join__owner``); a field without ``@join__field`` is the
     owner's, a type without join directives is a value type of every subgraph
v0.2 ``@join__type`` names every subgraph that has a type; a field without ``@join__field`` is in
     all of them; ``external``, ``type``, ``@join__implements``
v0.3 ``resolvable``, ``isInterfaceObject``, ``override``, ``usedOverridden``, ``@join__enumValue``,
     ``@join__unionMember``; ``@join__field`` without a graph: no subgraph resolves the field on
     this type (it comes from an interface object)
v0.4 ``overrideLabel``
v0.5 ``contextArguments``
==== ============================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
)

from gateway.supergraph.authorization import read_requirement
from gateway.supergraph.directives import has_directive
from gateway.supergraph.errors import SupergraphInvalid
from gateway.supergraph.fields import read_field, type_ref
from gateway.supergraph.join import (
    JoinType,
    fields_in_subgraph,
    join_types,
    members_in_subgraph,
    values_in_subgraph,
)
from gateway.supergraph.links import Features
from gateway.supergraph.model import (
    SubgraphInfo,
    SupergraphField,
    SupergraphType,
    TypeInSubgraph,
    TypeKind,
)

_KINDS: Mapping[type[TypeDefinitionNode], TypeKind] = {
    ObjectTypeDefinitionNode: TypeKind.OBJECT,
    InterfaceTypeDefinitionNode: TypeKind.INTERFACE,
    UnionTypeDefinitionNode: TypeKind.UNION,
    EnumTypeDefinitionNode: TypeKind.ENUM,
    ScalarTypeDefinitionNode: TypeKind.SCALAR,
    InputObjectTypeDefinitionNode: TypeKind.INPUT,
}


def read_types(
    document: DocumentNode, features: Features, graphs: Mapping[str, SubgraphInfo]
) -> dict[str, SupergraphType]:
    """Every named type but the machinery's own."""
    definitions = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, TypeDefinitionNode)
        and not features.owns_type(definition.name.value)
    }
    joined = {
        name: join_types(definition, features, graphs) for name, definition in definitions.items()
    }
    possible = _possible_types(definitions)
    in_subgraphs = _possible_in_subgraphs(definitions, joined, features, graphs)
    return {
        name: _read_type(
            definition, features, graphs, joined[name], possible[name], in_subgraphs[name]
        )
        for name, definition in definitions.items()
    }


def _read_type(
    definition: TypeDefinitionNode,
    features: Features,
    graphs: Mapping[str, SubgraphInfo],
    joined: Mapping[str, JoinType],
    possible: frozenset[str],
    possible_in: Mapping[str, frozenset[str]],
) -> SupergraphType:
    """Return a type as a whole, with what each subgraph that has it (``joined``) knows of it.

    ``possible`` are the concrete types behind it, ``possible_in`` those by subgraph.
    """
    name = definition.name.value
    subgraphs = {
        subgraph: TypeInSubgraph(
            keys=join.keys,
            is_interface_object=join.is_interface_object,
            fields=MappingProxyType(fields_in_subgraph(definition, join, features, graphs)),
            interfaces=join.interfaces,
            members=members_in_subgraph(definition, join, features, graphs),
            possible=possible_in[subgraph],
            enum_values=values_in_subgraph(definition, join, features, graphs),
            contexts=join.contexts,
        )
        for subgraph, join in joined.items()
    }
    return SupergraphType(
        name=name,
        kind=_KINDS[type(definition)],
        fields=MappingProxyType(_fields(definition, features)),
        subgraphs=MappingProxyType(subgraphs),
        possible=possible,
        interfaces=_interfaces(definition),
        enum_values=_enum_values(definition),
        requirement=read_requirement(definition, features),
        inaccessible=has_directive(definition, features.directive("inaccessible")),
    )


def _fields(definition: TypeDefinitionNode, features: Features) -> dict[str, SupergraphField]:
    if isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
        return {f.name.value: read_field(f, features) for f in definition.fields or ()}
    if isinstance(definition, InputObjectTypeDefinitionNode):
        return {
            f.name.value: SupergraphField(f.name.value, type_ref(f.type), {})
            for f in definition.fields or ()
        }
    return {}


def _interfaces(definition: TypeDefinitionNode) -> frozenset[str]:
    if isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
        return frozenset(i.name.value for i in definition.interfaces or ())
    return frozenset()


def _enum_values(definition: TypeDefinitionNode) -> frozenset[str]:
    if isinstance(definition, EnumTypeDefinitionNode):
        return frozenset(v.name.value for v in definition.values or ())
    return frozenset()


def _possible_types(definitions: Mapping[str, TypeDefinitionNode]) -> dict[str, frozenset[str]]:
    """Concrete types per type, over all subgraphs (those of the supergraph's own SDL)."""
    possible: dict[str, set[str]] = {name: set() for name in definitions}
    for name, definition in definitions.items():
        if isinstance(definition, ObjectTypeDefinitionNode):
            possible[name].add(name)
            for interface in definition.interfaces or ():
                if interface.name.value not in possible:
                    message = f"{name} implements {interface.name.value}, which there is not."
                    raise SupergraphInvalid("SUPERGRAPH_MALFORMED", message)
                possible[interface.name.value].add(name)
        elif isinstance(definition, UnionTypeDefinitionNode):
            possible[name].update(t.name.value for t in definition.types or ())
    return {name: frozenset(types) or frozenset({name}) for name, types in possible.items()}


def _possible_in_subgraphs(
    definitions: Mapping[str, TypeDefinitionNode],
    joined: Mapping[str, Mapping[str, JoinType]],
    features: Features,
    graphs: Mapping[str, SubgraphInfo],
) -> dict[str, dict[str, frozenset[str]]]:
    """Concrete types per type and subgraph, as that subgraph's own schema has them.

    An interface object has none there: the subgraph cannot tell the concrete types apart.
    """
    result: dict[str, dict[str, frozenset[str]]] = {}
    for name, definition in definitions.items():
        result[name] = {}
        for subgraph, join in joined[name].items():
            found: frozenset[str]
            if isinstance(definition, UnionTypeDefinitionNode):
                found = members_in_subgraph(definition, join, features, graphs)
            elif isinstance(definition, InterfaceTypeDefinitionNode):
                found = frozenset(
                    other
                    for other, joins in joined.items()
                    if isinstance(definitions[other], ObjectTypeDefinitionNode)
                    and subgraph in joins
                    and name in joins[subgraph].interfaces
                )
            else:
                found = frozenset({name})
            result[name][subgraph] = found
    return result
