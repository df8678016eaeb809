"""Queries that need no search: one subgraph has each root field, with all that is asked below it.

Where only one subgraph answers a root field, it has to be asked; where that one can answer all that
is asked below, every other way is deeper or takes a request more. So there is one cheapest
solution, which the search would find, too. Most of what clients ask is of this kind.

It is told by what is remembered of each field, before anything is made: concrete types only, no
conditions, nothing that requires, provides or takes a context.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.operation.condition import ALWAYS
from gateway.operation.model import Field, SelectionSet
from gateway.planning.fetch_graph import FetchGraph, FetchNode
from gateway.planning.resolution import ResolutionIndex
from gateway.planning.solve.draft import Choice, Solution
from gateway.planning.tree import Goal, GoalKind, SelectionTree


def solve_whole(tree: SelectionTree, selection: SelectionSet) -> Solution | None:
    """The solution of a query's root selection if it is such a one."""
    index = tree.index
    if tree.denies_some:
        return None
    subgraphs: list[str] = []
    for asked in selection.fields:
        subgraph = index.only_resolver(selection.type, asked.name)
        if subgraph is None or not _is_whole(index, selection.type, asked, subgraph):
            return None
        subgraphs.append(subgraph)
    root = tree.root(selection)
    whole = _Whole(tree, Solution(root, FetchGraph()))
    for asked, subgraph in zip(selection.fields, subgraphs, strict=True):
        whole.select(whole.solution.graph.root(root, subgraph), asked)
    return whole.solution


def _is_whole(index: ResolutionIndex, type_name: str, asked: Field, subgraph: str) -> bool:
    """Whether ``subgraph`` answers a field, with all below it, for objects that it returned."""
    if asked.when is not ALWAYS or not index.has_plainly(type_name, asked.name, subgraph):
        return False
    below = asked.selection
    return below is None or (
        below.type in below.possible
        and all(
            each.name == "__typename" or _is_whole(index, below.type, each, subgraph)
            for each in below.fields
        )
    )


@dataclass(frozen=True, slots=True)
class _Whole:
    """Fills ``solution``."""

    tree: SelectionTree
    solution: Solution

    def select(self, node: FetchNode, asked: Field) -> None:
        """Select a field at ``node``, and all that is below it."""
        [field] = self.tree.client_fields(node.object_node, asked, ())
        if field.child is None or asked.selection is None:
            node.selected[field] = None
            goal = Goal(GoalKind.LEAF, node.object_node, ALWAYS, (field,), 1)
            self.solution.choices.append(Choice(goal, node, field))
            return
        child = self.solution.graph.add_child(node, field, field.child, field.type_name)
        goal = Goal(GoalKind.PRESENCE, field.child, ALWAYS, (), 1)
        self.solution.choices.append(Choice(goal, child, None))
        for each in asked.selection.fields:
            if each.name != "__typename":
                self.select(child, each)
