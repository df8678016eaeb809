"""The nodes of the fetch graph: what the plan asks for, once it is decided.

A node loads the objects of one place of the selection tree from one subgraph, at a *level*: the
length of the chain of fetches up to it. All that one subgraph is asked at one level is one
*request*. A node is *direct* if the field above it, or the root, leads to it; else it is entered by
a key from a direct node that loads the same objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

import msgspec

from gateway.operation.condition import ALWAYS, Condition
from gateway.planning.resolution import EntityKey
from gateway.planning.tree import FieldNode, ObjectNode
from gateway.supergraph.field_set import FieldSet


class FetchKind(StrEnum):
    """The kinds of fetch. (Strings, since requests are hashed very often.)"""

    ROOT = "root"
    ENTITY = "entity"
    REENTRY = "reentry"


class Request(NamedTuple):
    """All that one subgraph is asked at one level."""

    level: int
    subgraph: str
    kind: FetchKind


class Input(msgspec.Struct, eq=False):
    """A field of a representation: ``node`` selects a leaf, or loads an object that has ``parts``.

    ``typename``: the node that tells the object's concrete type, where the target must know it.
    """

    name: str
    field: FieldNode
    node: FetchNode
    parts: tuple[InputPart, ...] = ()
    typename: FetchNode | None = None


class InputOnTypes(msgspec.Struct, eq=False):
    """Parts for objects of ``types`` only."""

    types: frozenset[str]
    parts: tuple[InputPart, ...]


InputPart = Input | InputOnTypes


class SetterNode(msgspec.Struct, eq=False):
    """The objects above that set a context: those of ``types`` (None: all) at ``object_node``.

    ``parts`` select the one value it has there; ``typename``: where their concrete type is told.
    """

    object_node: ObjectNode
    types: frozenset[str] | None
    parts: tuple[InputPart, ...]
    typename: FetchNode | None


class ContextNode(msgspec.Struct, eq=False):
    """An argument of ``type`` whose value the nearest of ``setters`` has; they are nearest first.

    ``variable`` carries it in the fetch's document, once it is named.
    """

    argument: str
    type: str
    setters: tuple[SetterNode, ...]
    variable: str = ""


class KeyUse(msgspec.Struct, eq=False):
    """How objects of ``types`` (None: all) get into an entered node."""

    types: frozenset[str] | None
    entity_key: EntityKey
    parts: tuple[InputPart, ...]


class Requirement(msgspec.Struct, eq=False):
    """What representations of ``types`` (None: all) carry beside their key."""

    types: frozenset[str] | None
    parts: tuple[InputPart, ...]


class FetchNode(msgspec.Struct, eq=False, kw_only=True):
    """The objects of ``object_node``, loaded from ``subgraph``.

    ``declared_type`` is the type that the subgraph declares here; ``is_interface_object``: it does
    not know their concrete types. ``provided`` are fields that ``@provides`` makes available.
    ``types`` are the concrete types loaded (None: whatever comes).

    ``parent`` and ``under`` lead up within the fetch, ``selected`` down: its fields, with the node
    of an object below. ``entered_from`` is the direct node that an entered one is entered from;
    ``key_uses`` say by which keys, ``requirements`` and ``contexts`` with what beside them,
    ``opened_for`` under which condition at first. ``typename_source`` tells the types without which
    it cannot be entered. ``wants_typename``: the objects' type name is asked for here.
    """

    object_node: ObjectNode
    subgraph: str
    level: int
    declared_type: str
    kind: FetchKind
    is_interface_object: bool = False
    provided: FieldSet = ()
    types: frozenset[str] | None = None
    parent: FetchNode | None = None
    under: FieldNode | None = None
    entered_from: FetchNode | None = None
    key_uses: list[KeyUse] = msgspec.field(default_factory=list)
    requirements: list[Requirement] = msgspec.field(default_factory=list)
    contexts: dict[FieldNode, tuple[ContextNode, ...]] = msgspec.field(default_factory=dict)
    opened_for: Condition = ALWAYS
    selected: dict[FieldNode, FetchNode | None] = msgspec.field(default_factory=dict)
    wants_typename: bool = False
    typename_source: FetchNode | None = None

    @property
    def request(self) -> Request:
        """The request it is part of."""
        return Request(self.level, self.subgraph, self.kind)

    @property
    def is_direct(self) -> bool:
        """Whether it was reached from above, not entered by a key."""
        return self.entered_from is None

    @property
    def top(self) -> FetchNode:
        """The root or entered node of the fetch that it belongs to."""
        node = self
        while node.parent is not None:
            node = node.parent
        return node

    @property
    def inputs(self) -> Iterator[tuple[InputPart, ...]]:
        """Everything that its representations and contexts are made of."""
        for use in self.key_uses:
            yield use.parts
        for requirement in self.requirements:
            yield requirement.parts
        for setter in self.setters:
            yield setter.parts

    @property
    def setters(self) -> Iterator[SetterNode]:
        """All objects above that give values to arguments here."""
        for contexts in self.contexts.values():
            for context in contexts:
                yield from context.setters

    @property
    def typename_nodes(self) -> Iterator[FetchNode]:
        """Where type names are told without which it cannot be entered."""
        if self.typename_source is not None:
            yield self.typename_source
        for setter in self.setters:
            if setter.typename is not None:
                yield setter.typename
