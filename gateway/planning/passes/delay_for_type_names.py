"""Fetches whose objects are told apart by a type that somebody else tells are sent later.

Where different types have different fields under one response key, the path to what stands below
tests the type. An ``@interfaceObject`` cannot tell it: then the fetch waits for the one that does
(``interface_object/type_told_before_the_path``). Levels were given by what a node is entered with;
here they rise to what its path needs, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.planning.fetch_graph import FetchNode, Request, sources
from gateway.planning.solve import Draft


def delay_for_type_names(draft: Draft) -> None:
    """Move nodes to requests that come after all their sources."""
    for number, solution in enumerate(draft.solutions):
        nodes = [node for group in draft.requests[number].values() for node in group]
        for node in nodes:
            before = (each.top for each in sources(node, solution.graph, draft.keys_in_use))
            draft.waits_for[node] = tuple(dict.fromkeys(before))
        _raise_levels(nodes, draft.waits_for)
        moved: dict[Request, list[FetchNode]] = {}
        for node in nodes:
            moved.setdefault(node.request, []).append(node)
        draft.requests[number] = moved


def _raise_levels(
    nodes: list[FetchNode], waits_for: Mapping[FetchNode, Sequence[FetchNode]]
) -> None:
    changed = True
    while changed:
        changed = False
        for node in nodes:
            level = 1 + max((before.level for before in waits_for[node]), default=0)
            if node.level < level <= len(nodes):  # no chain is longer than there are nodes
                node.level, changed = level, True
