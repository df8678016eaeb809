"""What solving makes and the passes finish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from gateway.operation.condition import NEVER, Condition
from gateway.operation.model import Operation
from gateway.planning.fetch_graph import FetchGraph, FetchNode, KeysInUse, Request
from gateway.planning.resolution import ResolutionIndex
from gateway.planning.tree import FieldNode, Goal, GoalKind, ObjectNode


class Choice(msgspec.Struct, frozen=True):
    """Where a goal is answered. ``field`` None: the node itself is what is wanted."""

    goal: Goal
    node: FetchNode
    field: FieldNode | None

    @property
    def asks_typename(self) -> bool:
        """Whether the node is wanted for the type name that it tells."""
        return self.goal.kind is GoalKind.TYPENAME


@dataclass(slots=True)
class Solution:
    """A fetch graph that answers all goals below ``root``: ``choices``, in the goals' order."""

    root: ObjectNode
    graph: FetchGraph
    choices: list[Choice] = field(default_factory=list)

    @property
    def cost(self) -> tuple[int, int]:
        """Longest chain, requests."""
        return (self.graph.depth, len(self.graph.requests))


@dataclass(slots=True)
class NeededWhen:
    """When nodes, and fields selected at them, are needed (absent: never)."""

    nodes: dict[FetchNode, Condition] = field(default_factory=dict)
    fields: dict[tuple[FetchNode, FieldNode], Condition] = field(default_factory=dict)

    def of_field(self, node: FetchNode, field_node: FieldNode) -> Condition:
        """When a field is asked at ``node``."""
        return self.fields.get((node, field_node), NEVER)

    def any_of(self, nodes: Iterable[FetchNode]) -> Condition:
        """When at least one of ``nodes`` is needed."""
        when = NEVER
        for node in nodes:
            when = when.or_(self.nodes[node])
        return when


@dataclass(slots=True)
class Draft:
    """All that is decided of a plan: its solutions, and what the passes say of them.

    A query has one solution, a mutation one per run of root fields, in their order. After the
    passes, ``needed`` says when everything is needed, ``typename_key`` and ``keys_in_use`` how it
    is called, ``requests`` (one mapping per solution) which nodes make up each request, and
    ``waits_for`` which roots and entered nodes have to be there before each of these.
    """

    index: ResolutionIndex
    operation: Operation
    solutions: list[Solution]
    is_whole: bool
    """Nothing of the operation is denied."""
    needed: NeededWhen = field(default_factory=NeededWhen)
    typename_key: str = "__typename"
    keys_in_use: KeysInUse = field(default_factory=KeysInUse)
    waits_for: dict[FetchNode, tuple[FetchNode, ...]] = field(default_factory=dict)
    requests: list[dict[Request, list[FetchNode]]] = field(default_factory=list)

    @property
    def choices(self) -> Iterator[Choice]:
        """The choices of all solutions."""
        for solution in self.solutions:
            yield from solution.choices

    @property
    def is_one_request(self) -> bool:
        """Whether one request answers everything."""
        return len(self.solutions) == 1 and len(self.solutions[0].graph.requests) == 1
