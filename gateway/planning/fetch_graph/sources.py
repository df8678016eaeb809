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
    passed = list(_passed(node))
    for step in target_path(node, in_use):
        if step.object_node is None or step.object_node is node.object_node:
            continue  # at its own place ``typename_source`` says who tells
        on_the_way = [each for each in passed if each.object_node is step.object_node]
        if any(not each.is_interface_object for each in on_the_way):
            continue
        for other in graph.nodes_at(step.object_node):
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
