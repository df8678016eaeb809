"""Fetches whose objects are told apart by a type that somebody else tells are sent later.

Where different types have different fields under one response key, the path to what stands below
tests the type. An ``@interfaceObject`` cannot tell it: then the fetch waits for the one that does
(``interface_object/type_told_before_the_path``). Levels were given by what a node is entered with;
here they rise to what its path needs, too.
"""

from __future__ import annotations

from gateway.planning.fetch_graph import FetchGraph, FetchNode, KeysInUse, Request, sources
from gateway.planning.solve import Draft


def delay_for_type_names(draft: Draft) -> None:
    """Move nodes to requests that come after all their sources."""
    for number, solution in enumerate(draft.solutions):
        nodes = [node for group in draft.requests[number].values() for node in group]
        _raise_levels(nodes, solution.graph, draft.keys_in_use)
        moved: dict[Request, list[FetchNode]] = {}
        for node in nodes:
            moved.setdefault(node.request, []).append(node)
        draft.requests[number] = moved


def _raise_levels(nodes: list[FetchNode], graph: FetchGraph, in_use: KeysInUse) -> None:
    changed = True
    while changed:
        changed = False
        for node in nodes:
            before = (source.top.level for source in sources(node, graph, in_use))
            level = 1 + max(before, default=0)
            if node.level < level <= len(nodes):  # no chain is longer than there are nodes
                node.level, changed = level, True
