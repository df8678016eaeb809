"""Type names wherever the path to the objects of a fetch tells them apart.

Where different types have different fields under one response key, the path to what stands below
tests the type (``latest[]<Book>.next`` in ``interface_object/type_told_before_the_path``).
"""

from __future__ import annotations

from gateway.planning.fetch_graph import target_path
from gateway.planning.solve import Draft


def request_type_names(draft: Draft) -> None:
    """Ask every direct node on the path of an entered one that can tell the type."""
    for solution, requests in zip(draft.solutions, draft.requests, strict=True):
        tested = {
            step.object_node: None
            for nodes in requests.values()
            for node in nodes
            for step in target_path(node, draft.keys_in_use)
            if step.object_node is not None
        }
        for place in tested:
            for other in solution.graph.nodes_at(place):
                if other.is_direct and not other.is_interface_object:
                    other.wants_typename = True
