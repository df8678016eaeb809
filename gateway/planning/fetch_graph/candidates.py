"""Candidates: what the search finds and the graph could get. They are frozen and open nothing.

Each loads the objects of one place from one subgraph at a level, as a node does, and names the
``requests`` that it needs and the graph does not have yet: that is most of its cost. An open node
is a candidate, too, and the cheapest there is. ``GraphBuilder`` alone makes nodes of candidates.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from gateway.planning.fetch_graph.nodes import FetchKind, FetchNode, Request
from gateway.planning.resolution import EntityKey
from gateway.planning.tree import FieldNode, ObjectNode
from gateway.supergraph.field_set import FieldSet

NO_REQUESTS: frozenset[Request] = frozenset()


class Priced(Protocol):
    """What has a cost: ``level`` of its last fetch, ``requests`` to open, fields to ask for."""

    @property
    def level(self) -> int: ...  # noqa: D102
    @property
    def requests(self) -> frozenset[Request]: ...  # noqa: D102
    @property
    def field_count(self) -> int: ...  # noqa: D102


class _Loading(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """What all candidates have in common; the terms are those of ``FetchNode``."""

    object_node: ObjectNode
    subgraph: str
    level: int
    declared_type: str
    is_interface_object: bool = False
    provided: FieldSet = ()
    types: frozenset[str] | None = None
    requests: frozenset[Request] = NO_REQUESTS
    field_count: int = 0

    def covers(self, field: FieldNode) -> bool:
        """Whether the field's objects are loaded here.

        Must match exactly: an interface object answers the same fields for every object sent.
        """
        if self.types is None:
            return True
        return field.types == self.types if self.is_interface_object else field.types <= self.types


class OpenNode(_Loading, frozen=True, eq=False, kw_only=True):
    """A node that the graph has already."""

    node: FetchNode


class RootCandidate(_Loading, frozen=True, eq=False, kw_only=True):
    """The root object, in a fetch not yet made."""


class ChildCandidate(_Loading, frozen=True, eq=False, kw_only=True):
    """The objects under ``field``, which ``base`` selects, in the same fetch."""

    base: Candidate
    field: FieldNode


class EntityJump(_Loading, frozen=True, eq=False, kw_only=True):
    """The objects of ``base`` asked for as entities, or the query root asked again."""

    base: DirectCandidate
    entity_key: EntityKey
    kind: FetchKind
    inputs: JumpInputs


DirectCandidate = OpenNode | RootCandidate | ChildCandidate
"""A candidate that is reached from above. (An OpenNode only if its node is direct.)"""

Candidate = DirectCandidate | EntityJump


class InputCandidate(msgspec.Struct, frozen=True, eq=False):
    """A field of a representation that ``at`` selects; for an object, that ``at`` loads."""

    name: str
    field: FieldNode
    at: Candidate
    parts: tuple[InputCandidatePart, ...] = ()
    typename: Candidate | None = None


class InputCandidateOnTypes(msgspec.Struct, frozen=True, eq=False):
    """Parts for objects of ``types`` only."""

    types: frozenset[str]
    parts: tuple[InputCandidatePart, ...]


InputCandidatePart = InputCandidate | InputCandidateOnTypes


class InputCandidates(msgspec.Struct, frozen=True, eq=False):
    """The fields of a key or a requirement, and what having them costs."""

    parts: tuple[InputCandidatePart, ...]
    level: int = 0
    requests: frozenset[Request] = NO_REQUESTS
    field_count: int = 0


class SetterCandidate(msgspec.Struct, frozen=True, eq=False):
    """See ``SetterNode``."""

    object_node: ObjectNode
    types: frozenset[str] | None
    parts: tuple[InputCandidatePart, ...]
    typename: Candidate | None
    level: int
    requests: frozenset[Request]
    field_count: int


class ContextCandidate(msgspec.Struct, frozen=True, eq=False):
    """See ``ContextNode``."""

    argument: str
    type: str
    setters: tuple[SetterCandidate, ...]


class ContextCandidates(msgspec.Struct, frozen=True, eq=False):
    """The values that contexts give to the arguments of ``field``, and what having them costs."""

    field: FieldNode
    contexts: tuple[ContextCandidate, ...]
    level: int
    requests: frozenset[Request]
    field_count: int


class JumpInputs(msgspec.Struct, frozen=True, eq=False):
    """All that a representation is made of: its key, and what the wanted field needs beside it.

    ``typename``: where the concrete type is told by which the objects are entered, if the base
    cannot tell it.
    """

    key: InputCandidates
    requires: InputCandidates | None = None
    contexts: ContextCandidates | None = None
    typename: Candidate | None = None

    @property
    def priced(self) -> list[Priced]:
        """What costs something."""
        parts = (self.key, self.requires, self.contexts, self.typename)
        return [part for part in parts if part is not None]
