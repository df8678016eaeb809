"""The fetch graph under construction: its nodes, the requests they fill, what a candidate costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.planning.fetch_graph.candidates import NO_REQUESTS, OpenNode, Priced
from gateway.planning.fetch_graph.nodes import FetchKind, FetchNode, Request
from gateway.planning.tree import FieldNode, ObjectNode
from gateway.supergraph.field_set import FieldSet

Cost = tuple[int, int, int, int, int, int]
"""Compared in this order: longest chain of fetches, longest chain of those that are sent whatever
types and variables turn out to be, new requests, how little else they could answer, fields asked
for, own level."""


@dataclass(slots=True)
class FetchGraph:
    """All nodes. ``banned`` requests may not be opened (see ``solve.drop_requests``).

    ``usefulness`` says how many goals of the operation a subgraph could answer: of two requests
    that would do, the one is opened that may serve more. ``depth`` is the longest chain,
    ``unconditional_depth`` the longest that every answer needs. ``version`` changes whenever
    something other might be the cheapest from then on.
    """

    banned: frozenset[Request] = frozenset()
    usefulness: Mapping[str, int] = field(default_factory=dict)
    version: int = 0
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
            self.version += 1
            self.requests.setdefault(node.request, []).append(node)
            self.depth = max(self.depth, node.level)
        return node

    def root(self, object_node: ObjectNode, subgraph: str) -> FetchNode:
        """The node of the root object that ``subgraph`` is asked for first; new if there is none.

        An operation's root is entered at level 1, by its own type.
        """
        for node in self.nodes_at(object_node):
            if node.subgraph == subgraph:
                return node
        return self.add(
            FetchNode(
                object_node=object_node,
                subgraph=subgraph,
                level=1,
                declared_type=object_node.type_name,
                kind=FetchKind.ROOT,
            )
        )

    def add_child(
        self,
        base: FetchNode,
        field_node: FieldNode,
        object_node: ObjectNode,
        declared_type: str,
        *,
        is_interface_object: bool = False,
        provided: FieldSet = (),
    ) -> FetchNode:
        """Add the node of the objects under a field that ``base`` selects in the same fetch."""
        child = FetchNode(
            object_node=object_node,
            subgraph=base.subgraph,
            level=base.level,
            declared_type=declared_type,
            is_interface_object=is_interface_object,
            provided=provided,
            kind=base.kind,
            parent=base,
            under=field_node,
        )
        base.selected[field_node] = self.add(child)
        return child

    @property
    def size(self) -> int:
        """The number of nodes."""
        return len(self._candidates)

    def hiding(self, hidden: Callable[[FetchNode], bool], request: Request) -> FetchGraph:
        """The graph as it would look without the ``hidden`` nodes and ``request``, to search only.

        It has the same nodes, which must not be changed through it.
        """
        graph = FetchGraph(self.banned | {request}, self.usefulness)
        for object_node, nodes in self._at.items():
            left = [node for node in nodes if not hidden(node)]
            graph._at[object_node] = left
            graph._candidates.update((node, self._candidates[node]) for node in left)
        for each, nodes in self.requests.items():
            left = [node for node in nodes if not hidden(node)]
            if left:
                graph.requests[each] = left
        graph.depth, graph.unconditional_depth = self.depth, self.unconditional_depth
        return graph

    def widen(self, node: FetchNode, types: frozenset[str] | None) -> None:
        """Let ``node`` load objects of ``types``, too (None: whatever comes)."""
        wider = None if types is None or node.types is None else node.types | types
        if wider != node.types:
            self.version += 1
            node.types = wider
            self._candidates[node] = _as_candidate(node)

    def require(self, node: FetchNode) -> None:
        """Every answer needs ``node``."""
        if node.level > self.unconditional_depth:
            self.version += 1
            self.unconditional_depth = node.level

    def nodes_at(self, object_node: ObjectNode) -> Sequence[FetchNode]:
        """The nodes that load the objects of a place, in the order they were added."""
        return self._at.get(object_node, ())

    def candidates_at(self, object_node: ObjectNode) -> list[OpenNode]:
        """The same, as candidates."""
        return [self._candidates[node] for node in self.nodes_at(object_node)]

    def candidate(self, node: FetchNode) -> OpenNode:
        """A node as a candidate."""
        return self._candidates[node]

    def child(self, node: FetchNode, field_node: FieldNode) -> OpenNode | None:
        """The node below a field that is selected at ``node``."""
        child = node.selected.get(field_node)
        return None if child is None else self._candidates.get(child)

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
        new = [each for each in requests if each not in self.requests and each not in assumed]
        return (
            max(self.depth, level),
            max(self.unconditional_depth, level),
            len(new),
            -sum(self.usefulness.get(request.subgraph, 0) for request in new),
            fields,
            level,
        )


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
