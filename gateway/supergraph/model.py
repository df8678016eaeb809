"""The supergraph as frozen data: which subgraph knows which type and field, and under what terms.

Everything is named as in the supergraph's own SDL, subgraphs by ``@join__graph(name:)``.
Source: the join specification (v0.1 to v0.5), https://specs.apollo.dev/join/v0.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from graphql import GraphQLSchema

from gateway.operation.model import OperationKind
from gateway.operation.schema_costs import NO_COSTS, SchemaCosts
from gateway.supergraph.field_set import FieldSet

SPECIFIED_SCALARS = frozenset({"Int", "Float", "String", "Boolean", "ID"})
"""Those that every schema has (GraphQL specification, 3.5); all others are custom."""


class TypeKind(Enum):
    """Kinds of named types."""

    OBJECT = "object"
    INTERFACE = "interface"
    UNION = "union"
    ENUM = "enum"
    SCALAR = "scalar"
    INPUT = "input"

    @property
    def is_composite(self) -> bool:
        """Whether a selection set can stand on it."""
        return self in (TypeKind.OBJECT, TypeKind.INTERFACE, TypeKind.UNION)

    @property
    def is_abstract(self) -> bool:
        """Whether its objects have types of their own."""
        return self in (TypeKind.INTERFACE, TypeKind.UNION)


@dataclass(frozen=True, slots=True)
class SubgraphInfo:
    """A subgraph's name and the URL that the supergraph gives for it ("" when it gives none)."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class TypeRef:
    """A field's type: printed (``[It!]!``), its named type and how many lists stand around it."""

    text: str
    name: str
    lists: int


@dataclass(frozen=True, slots=True)
class EntityKey:
    """One ``@key`` of a type in a subgraph; ``resolvable``: its ``_entities`` takes it."""

    fields: FieldSet
    resolvable: bool = True


@dataclass(frozen=True, slots=True)
class Override:
    """``@override(from:, label:)``: the field is taken over, for whom the label is active."""

    origin: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """An argument set by ``@fromContext``: ``selection`` on the nearest ancestor in ``context``."""

    name: str
    type: str
    context: str
    selection: FieldSet


@dataclass(frozen=True, slots=True)
class FieldInSubgraph:
    """What one subgraph says about one field of one type.

    ``external``: declared only to be named in keys, requires or provides. ``used_overridden``:
    overridden elsewhere, still usable as a key field.
    """

    type: TypeRef
    external: bool = False
    requires: FieldSet | None = None
    provides: FieldSet | None = None
    override: Override | None = None
    used_overridden: bool = False
    context_arguments: tuple[ContextArgument, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeInSubgraph:
    """What one subgraph knows of one type.

    ``is_interface_object``: an interface of the supergraph that is an object here. ``interfaces``
    are those that the type implements in this subgraph; ``members`` those of a union, and
    ``possible`` the object types an abstract type can be here (itself for an object).
    """

    keys: tuple[EntityKey, ...] = ()
    is_interface_object: bool = False
    fields: Mapping[str, FieldInSubgraph] = field(default_factory=dict)
    interfaces: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()
    enum_values: frozenset[str] = frozenset()
    contexts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a caller must have: ORs of ANDs of scopes and of policies. Empty: nothing."""

    authenticated: bool = False
    scopes: tuple[frozenset[str], ...] = ()
    policies: tuple[frozenset[str], ...] = ()

    def __bool__(self) -> bool:
        return self.authenticated or bool(self.scopes) or bool(self.policies)


@dataclass(frozen=True, slots=True)
class SupergraphField:
    """A field of the supergraph, whoever resolves it."""

    name: str
    type: TypeRef
    arguments: Mapping[str, TypeRef]
    requirement: Requirement = Requirement()
    inaccessible: bool = False


@dataclass(frozen=True, slots=True)
class SupergraphType:
    """A named type of the supergraph and what each subgraph that knows it says about it.

    ``possible``: its concrete object types (itself for an object), over all subgraphs. An
    interface that nobody implements stands for itself.
    """

    name: str
    kind: TypeKind
    fields: Mapping[str, SupergraphField]
    subgraphs: Mapping[str, TypeInSubgraph]
    possible: frozenset[str]
    interfaces: frozenset[str] = frozenset()
    enum_values: frozenset[str] = frozenset()
    requirement: Requirement = Requirement()
    inaccessible: bool = False

    @property
    def is_custom_scalar(self) -> bool:
        """Whether its values may be any JSON."""
        return self.kind is TypeKind.SCALAR and self.name not in SPECIFIED_SCALARS


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Supergraph:
    """A whole supergraph. ``roots`` names the root type of each kind of operation it has.

    ``labels`` are all labels of progressive overrides that occur in it, ``costs`` its ``@cost`` and
    ``@listSize``. Compared by identity:
    what is derived from a supergraph is kept beside it in weak mappings.
    """

    subgraphs: Mapping[str, SubgraphInfo]
    types: Mapping[str, SupergraphType]
    roots: Mapping[OperationKind, str]
    api_schema: GraphQLSchema
    labels: frozenset[str] = frozenset()
    costs: SchemaCosts = NO_COSTS
