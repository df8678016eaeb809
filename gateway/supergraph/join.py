"""The ``@join__`` directives of one type, per subgraph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
)

from gateway.supergraph.directives import Value, applied, flag, text
from gateway.supergraph.errors import SupergraphInvalid
from gateway.supergraph.field_set import parse_field_set
from gateway.supergraph.fields import parse_type_ref, type_ref
from gateway.supergraph.links import Features
from gateway.supergraph.model import (
    ContextArgument,
    EntityKey,
    FieldInSubgraph,
    Override,
    SubgraphInfo,
)

_Graphs = Mapping[str, SubgraphInfo]


@dataclass(frozen=True, slots=True)
class JoinType:
    """What ``@join__type``, ``@join__implements`` and ``@context`` say of a type in a subgraph."""

    subgraph: str
    keys: tuple[EntityKey, ...] = ()
    is_interface_object: bool = False
    interfaces: frozenset[str] = frozenset()
    contexts: frozenset[str] = frozenset()
    owner: str | None = field(default=None)
    """join v0.1: the subgraph that owns the type."""


def join_types(
    definition: TypeDefinitionNode, features: Features, graphs: _Graphs
) -> dict[str, JoinType]:
    """Subgraph name → its join facts, for every subgraph that has the type."""
    name = definition.name.value
    keys: dict[str, list[EntityKey]] = {}
    interface_objects: set[str] = set()
    for arguments in applied(definition, features.directive("join", "type")):
        subgraph = _graph(arguments, graphs, name)
        known = keys.setdefault(subgraph, [])
        if (key := text(arguments, "key")) is not None:
            selections = parse_field_set(key, f"key of {name} in {subgraph}")
            known.append(EntityKey(selections, flag(arguments, "resolvable", default=True)))
        if flag(arguments, "isInterfaceObject"):
            interface_objects.add(subgraph)
    if features.join_version == "v0.1" and not keys:
        keys = {info.name: [] for info in graphs.values()}
    interfaces = _interfaces(definition, features, graphs, keys)
    owner = next(
        (_graph(a, graphs, name) for a in applied(definition, features.directive("join", "owner"))),
        None,
    )
    return {
        subgraph: JoinType(
            subgraph,
            tuple(found),
            subgraph in interface_objects,
            interfaces.get(subgraph, frozenset()),
            _contexts(definition, features, subgraph),
            owner,
        )
        for subgraph, found in keys.items()
    }


def _interfaces(
    definition: TypeDefinitionNode,
    features: Features,
    graphs: _Graphs,
    subgraphs: Mapping[str, object],
) -> dict[str, frozenset[str]]:
    """Interfaces per subgraph; join v0.1 does not tell them apart."""
    if not isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
        return {}
    if features.join_version == "v0.1":
        every = frozenset(i.name.value for i in definition.interfaces or ())
        return dict.fromkeys(subgraphs, every)
    found: dict[str, set[str]] = {}
    for arguments in applied(definition, features.directive("join", "implements")):
        subgraph = _graph(arguments, graphs, definition.name.value)
        found.setdefault(subgraph, set()).add(text(arguments, "interface") or "")
    return {subgraph: frozenset(names) for subgraph, names in found.items()}


def _contexts(definition: TypeDefinitionNode, features: Features, subgraph: str) -> frozenset[str]:
    """Context names, which composition prefixes with their subgraph's name (``subgraph__name``)."""
    names = (text(a, "name") or "" for a in applied(definition, features.directive("context")))
    prefix = f"{_context_prefix(subgraph)}__"
    return frozenset(name for name in names if name.startswith(prefix))


def _context_prefix(subgraph: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in subgraph)


def fields_in_subgraph(
    definition: TypeDefinitionNode,
    join: JoinType,
    features: Features,
    graphs: _Graphs,
) -> dict[str, FieldInSubgraph]:
    """The fields that ``join.subgraph`` has on the type, and how."""
    if not isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
        return {}
    found: dict[str, FieldInSubgraph] = {}
    for node in definition.fields or ():
        known = _field(definition.name.value, node, join, features, graphs)
        if known is not None:
            found[node.name.value] = known
    return found


def _field(
    type_name: str, node: FieldDefinitionNode, join: JoinType, features: Features, graphs: _Graphs
) -> FieldInSubgraph | None:
    """Return what the subgraph of ``join`` knows of a field; None: it does not have it.

    A ``@join__field`` without a graph says only what holds everywhere. In v0.1 keys stand at their
    type alone, so that their fields are there without saying so.
    """
    where = f"{type_name}.{node.name.value}"
    joins = list(applied(node, features.directive("join", "field")))
    if not joins:
        return _undirected_field(node, join, features)
    for arguments in joins:
        if text(arguments, "graph") is None:
            continue
        if _graph(arguments, graphs, where) == join.subgraph:
            return _directed_field(node, arguments, where)
    if features.join_version == "v0.1" and _is_key_field(node.name.value, join):
        return FieldInSubgraph(type_ref(node.type))
    return None


def _undirected_field(
    node: FieldDefinitionNode, join: JoinType, features: Features
) -> FieldInSubgraph | None:
    """Without ``@join__field``: in every subgraph of the type (v0.1: in its owner's only)."""
    owned_elsewhere = (
        features.join_version == "v0.1"
        and join.owner not in (None, join.subgraph)
        and not _is_key_field(node.name.value, join)
    )
    return None if owned_elsewhere else FieldInSubgraph(type_ref(node.type))


def _is_key_field(name: str, join: JoinType) -> bool:
    return any(
        getattr(selection, "name", None) == name for key in join.keys for selection in key.fields
    )


def _directed_field(
    node: FieldDefinitionNode, arguments: Mapping[str, Value], where: str
) -> FieldInSubgraph:
    requires, provides = text(arguments, "requires"), text(arguments, "provides")
    own_type, origin = text(arguments, "type"), text(arguments, "override")
    return FieldInSubgraph(
        type=parse_type_ref(own_type) if own_type else type_ref(node.type),
        external=flag(arguments, "external"),
        requires=parse_field_set(requires, f"requires of {where}") if requires else None,
        provides=parse_field_set(provides, f"provides of {where}") if provides else None,
        override=Override(origin, text(arguments, "overrideLabel")) if origin else None,
        used_overridden=flag(arguments, "usedOverridden"),
        context_arguments=_context_arguments(arguments, where),
    )


def _context_arguments(arguments: Mapping[str, Value], where: str) -> tuple[ContextArgument, ...]:
    entries = arguments.get("contextArguments")
    if not isinstance(entries, list):
        return ()
    return tuple(
        ContextArgument(
            name=text(entry, "name") or "",
            type=text(entry, "type") or "",
            context=text(entry, "context") or "",
            selection=parse_field_set(text(entry, "selection") or "", f"@fromContext of {where}"),
        )
        for entry in entries
        if isinstance(entry, dict)
    )


def members_in_subgraph(
    definition: TypeDefinitionNode, join: JoinType, features: Features, graphs: _Graphs
) -> frozenset[str]:
    """A union's members in the subgraph (all of them before join v0.3)."""
    if not isinstance(definition, UnionTypeDefinitionNode):
        return frozenset()
    entries = list(applied(definition, features.directive("join", "unionMember")))
    if not entries:
        return frozenset(t.name.value for t in definition.types or ())
    return frozenset(
        text(arguments, "member") or ""
        for arguments in entries
        if _graph(arguments, graphs, definition.name.value) == join.subgraph
    )


def values_in_subgraph(
    definition: TypeDefinitionNode, join: JoinType, features: Features, graphs: _Graphs
) -> frozenset[str]:
    """An enum's values in the subgraph (all of them before join v0.3)."""
    if not isinstance(definition, EnumTypeDefinitionNode):
        return frozenset()
    directive = features.directive("join", "enumValue")
    found: set[str] = set()
    for value in definition.values or ():
        entries = list(applied(value, directive))
        graphs_of = {_graph(a, graphs, value.name.value) for a in entries}
        if not entries or join.subgraph in graphs_of:
            found.add(value.name.value)
    return frozenset(found)


def _graph(arguments: Mapping[str, Value], graphs: _Graphs, where: str) -> str:
    value = text(arguments, "graph")
    info = graphs.get(value or "")
    if info is None:
        raise SupergraphInvalid(
            "SUPERGRAPH_MALFORMED", f"{where}: its join directive names no known graph ({value})."
        )
    return info.name
