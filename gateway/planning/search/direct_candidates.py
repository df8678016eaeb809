"""Direct candidates: from where objects can be loaded, from above.

The objects of the operation itself come from the roots of subgraphs, all others from a field of the
place above: below each candidate that answers it stands one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from gateway.planning.fetch_graph import (
    DirectCandidate,
    FetchKind,
    OpenNode,
    Request,
    RootCandidate,
)
from gateway.planning.search.lookahead import NOTHING_AHEAD, Ahead
from gateway.planning.search.resolves import child_candidate, resolves
from gateway.planning.search.state import Questions, SearchState
from gateway.planning.tree import FieldNode, ObjectNode


@dataclass(frozen=True, slots=True)
class DirectFinder:
    """Finds direct candidates; they are remembered until the graph changes."""

    state: SearchState
    questions: Questions

    def candidates(
        self,
        object_node: ObjectNode,
        max_level: int,
        base: DirectCandidate | None = None,
        ahead: Ahead = NOTHING_AHEAD,
    ) -> Sequence[DirectCandidate]:
        """Open and possible direct candidates (of those below ``base`` and its jumps, if given)."""
        key = (object_node, max_level, base, ahead)
        direct = self.state.memo.direct
        if key not in direct:
            self.state.budget.spend()
            direct[key] = list(
                self._roots(object_node, self.state.index.subgraphs)
                if object_node.parent is None
                else self._children(object_node.parent, max_level, base, ahead)
            )
        return direct[key]

    def candidates_for(
        self, field: FieldNode, max_level: int, ahead: Ahead
    ) -> Iterable[DirectCandidate]:
        """Those from which ``field`` may be answered: of all roots only those that resolve it."""
        if field.parent.parent is not None:
            return self.candidates(field.parent, max_level, ahead=ahead)
        resolvers = self.state.index.resolvers(field.representative, field.name)
        subgraphs = [
            resolver.subgraph
            for resolver in resolvers
            if 1 + ahead.of(resolver.subgraph) <= max_level
        ]
        return self._roots(field.parent, subgraphs)

    def at_hand(self, object_node: ObjectNode) -> Iterator[DirectCandidate]:
        """Open direct nodes, then children of open nodes that select the field above or could."""
        graph, index = self.state.graph, self.state.index
        for base in sorted(graph.candidates_at(object_node), key=attrgetter("level")):
            if base.node.is_direct:
                yield base
        field = object_node.parent
        if field is None:
            return
        for above in sorted(graph.candidates_at(field.parent), key=attrgetter("level")):
            is_open = graph.child(above.node, field) is not None
            if not is_open and resolves(index, above, field):
                child = child_candidate(index, above, field)
                if child is not None:
                    yield child

    def _roots(
        self, object_node: ObjectNode, subgraphs: Iterable[str]
    ) -> Iterator[DirectCandidate]:
        """The roots of ``subgraphs`` that may be asked."""
        opened = {each.subgraph: each for each in self.state.graph.candidates_at(object_node)}
        for subgraph in subgraphs:
            if self.state.root_subgraph not in (None, subgraph):
                continue
            if subgraph in opened:
                yield opened[subgraph]
                continue
            request = Request(1, subgraph, FetchKind.ROOT)
            if self.state.index.in_subgraph(object_node.type_name, subgraph) and (
                request not in self.state.graph.banned and self.state.may_open((request,))
            ):
                yield RootCandidate(
                    object_node=object_node,
                    subgraph=subgraph,
                    level=1,
                    declared_type=object_node.type_name,
                    requests=frozenset({request}),
                )

    def _children(
        self, field: FieldNode, max_level: int, base: DirectCandidate | None, ahead: Ahead
    ) -> Iterator[DirectCandidate]:
        """What stands below each candidate that answers ``field``."""
        for above in self.questions.candidates(field, max_level, base, ahead):
            child: DirectCandidate | None = None
            if isinstance(above, OpenNode):
                child = self.state.graph.child(above.node, field)
            below = child or child_candidate(self.state.index, above, field)
            if below is not None:
                yield below
