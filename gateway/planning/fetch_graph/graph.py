"""The fetch graph under construction: its nodes, the requests they fill, what a candidate costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from gateway.planning.fetch_graph.candidates import NO_REQUESTS, OpenNode, Priced
from gateway.planning.fetch_graph.nodes import FetchKind, FetchNode, Request
from gateway.planning.tree import ObjectNode

Cost = tuple[int, int, int, int, int]
"""Compared in this order: longest chain of fetches, longest chain of those that are sent whatever
types and variables turn out to be, new requests, fields asked for, own level."""

_P = TypeVar("_P", bound=Priced)


@dataclass(slots=True)
class FetchGraph:
    """All nodes. ``banned`` requests may not be opened (see ``solve.drop_requests``).

    ``depth`` is the longest chain, ``unconditional_depth`` the longest that every answer needs.
    """

    banned: frozenset[Request] = frozenset()
    requests: dict[Request, list[FetchNode]] = field(default_factory=dict)
    depth: int = 0
    unconditional_depth: int = 0
    _at: dict[ObjectNode, list[FetchNode]] = field(default_factory=dict)
    _candidates: dict[FetchNode, OpenNode] = field(default_factory=dict)

    def add(self, node: FetchNode) -> FetchNode:
        """Add a node; a root or an entered one goes into its request."""
        self._at.setdefault(node.object_node, []).append(node)
        self._candidates[node] = _as_candidate(node)
        if node.parent is None:
            self.requests.setdefault(node.request, []).append(node)
            self.depth = max(self.depth, node.level)
        return node

    def widen(self, node: FetchNode, types: frozenset[str] | None) -> None:
        """Let ``node`` load objects of ``types``, too (None: whatever comes)."""
        if node.types is not None:
            node.types = None if types is None else node.types | types
            self._candidates[node] = _as_candidate(node)

    def require(self, node: FetchNode) -> None:
        """Every answer needs ``node``."""
        self.unconditional_depth = max(self.unconditional_depth, node.level)

    def nodes_at(self, object_node: ObjectNode) -> Sequence[FetchNode]:
        """The nodes that load the objects of a place, in the order they were added."""
        return self._at.get(object_node, ())

    def candidates_at(self, object_node: ObjectNode) -> list[OpenNode]:
        """The same, as candidates."""
        return [self._candidates[node] for node in self.nodes_at(object_node)]

    def candidate(self, node: FetchNode) -> OpenNode:
        """A node as a candidate."""
        return self._candidates[node]

    def missing(self, request: Request) -> frozenset[Request]:
        """What has to be opened for a part of ``request``: itself, or nothing."""
        return NO_REQUESTS if request in self.requests else frozenset({request})

    def level_to_join(self, subgraph: str, kind: FetchKind, least: int) -> int | None:
        """The first level from ``least`` on at which ``subgraph`` is asked already."""
        levels = [
            request.level
            for request in self.requests
            if request.subgraph == subgraph and request.kind is kind and request.level >= least
        ]
        return min(levels, default=None)

    def cost(self, candidates: Iterable[Priced], assumed: frozenset[Request] = NO_REQUESTS) -> Cost:
        """What ``candidates`` add together, where ``assumed`` requests are counted as open."""
        level, fields = 0, 0
        requests: set[Request] = set()
        for candidate in candidates:
            level = max(level, candidate.level)
            fields += candidate.field_count
            requests |= candidate.requests
        return (
            max(self.depth, level),
            max(self.unconditional_depth, level),
            len(requests - assumed),
            fields,
            level,
        )

    def cheapest(
        self, candidates: Iterable[_P], assumed: frozenset[Request] = NO_REQUESTS
    ) -> _P | None:
        """The cheapest, the first of equals; None if there are none."""
        return min(candidates, key=lambda one: self.cost((one,), assumed), default=None)


def _as_candidate(node: FetchNode) -> OpenNode:
    return OpenNode(
        object_node=node.object_node,
        subgraph=node.subgraph,
        level=node.level,
        declared_type=node.declared_type,
        is_interface_object=node.is_interface_object,
        provided=node.provided,
        types=node.types,
        node=node,
    )
