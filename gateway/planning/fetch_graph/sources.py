"""What a fetch waits for: the nodes that load what its own nodes are entered with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.planning.fetch_graph.graph import FetchGraph
from gateway.planning.fetch_graph.nodes import FetchNode, Input, InputPart
from gateway.planning.fetch_graph.paths import KeysInUse, target_path


def sources(node: FetchNode, graph: FetchGraph, in_use: KeysInUse) -> Iterator[FetchNode]:
    """The nodes that ``node`` waits for."""
    if node.entered_from is not None:
        yield node.entered_from
    yield from node.typename_nodes
    for parts in node.inputs:
        yield from _sources_of_parts(parts)
    yield from typename_sources(node, graph, in_use)


def typename_sources(node: FetchNode, graph: FetchGraph, in_use: KeysInUse) -> Iterator[FetchNode]:
    """The nodes that tell the types which the path to ``node`` tests and its own way does not."""
    tested = [step.object_node for step in target_path(node, in_use) if step.object_node]
    if not tested:
        return
    told = {each.object_node for each in _passed(node) if not each.is_interface_object}
    told.add(node.object_node)  # at its own place ``typename_source`` says who tells
    for place in tested:
        if place in told:
            continue
        for other in graph.nodes_at(place):
            if other.wants_typename and not other.is_interface_object:
                yield other


def _passed(node: FetchNode) -> Iterator[FetchNode]:
    """The nodes through which ``node`` is reached."""
    above = node.entered_from or node.parent
    while above is not None:
        yield above
        above = above.entered_from or above.parent


def _sources_of_parts(parts: Iterable[InputPart]) -> Iterator[FetchNode]:
    for part in parts:
        if isinstance(part, Input):
            yield part.node
            if part.typename is not None:
                yield part.typename
        yield from _sources_of_parts(part.parts)
