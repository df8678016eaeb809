"""Which requests the answer to a goal rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.planning.fetch_graph import FetchNode, Input, InputPart, Request
from gateway.planning.solve.draft import Solution
from gateway.planning.tree import Goal


class RestsOn:
    """The requests that nodes and goals of one solution rest on."""

    def __init__(self, solution: Solution) -> None:
        self._of_nodes: dict[FetchNode, frozenset[Request]] = {}
        self.of_goals: dict[Goal, frozenset[Request]] = {}
        for choice in solution.choices:
            known = self.of_goals.get(choice.goal, frozenset())
            self.of_goals[choice.goal] = known | self.of_node(choice.node)

    def of_node(self, node: FetchNode) -> frozenset[Request]:
        """The request of ``node``, and those of all that it is entered with."""
        requests = self._of_nodes.get(node)
        if requests is None:
            if node.parent is not None:
                requests = self.of_node(node.parent)
            else:
                beside = (self.of_node(other) for other in _entered_with(node))
                requests = frozenset({node.request}).union(*beside)
            self._of_nodes[node] = requests
        return requests


def _entered_with(node: FetchNode) -> Iterator[FetchNode]:
    if node.entered_from is not None:
        yield node.entered_from
    yield from node.typename_nodes
    for parts in node.inputs:
        yield from _nodes_of(parts)


def _nodes_of(parts: Iterable[InputPart]) -> Iterator[FetchNode]:
    for part in parts:
        if isinstance(part, Input):
            yield part.node
            if part.typename is not None:
                yield part.typename
        yield from _nodes_of(part.parts)
