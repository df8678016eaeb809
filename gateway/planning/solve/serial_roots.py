"""Mutations and subscriptions: root fields run one after the other, each in exactly one subgraph.

Adjacent root fields of one subgraph share a fetch. Each run of them is a solution of its own, so
that nothing of a later field is asked before all of an earlier one; the executor keeps the
solutions in order.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from gateway.operation.model import Field, SelectionSet
from gateway.planning.errors import NotSatisfiable
from gateway.planning.solve.draft import Solution
from gateway.planning.tree import SelectionTree

SolveIn = Callable[[SelectionSet, str], Solution]
"""The best solution of a selection whose root fields one subgraph answers."""


def solve_serially(
    tree: SelectionTree, selection: SelectionSet, solve_in: SolveIn
) -> list[Solution]:
    """One solution per run of root fields that one subgraph answers."""
    runs: list[tuple[str, list[Field]]] = []
    for asked in selection.fields:
        if asked.name.startswith("__"):
            continue
        previous = runs[-1][0] if runs else None
        subgraph = _cheapest_subgraph(tree, selection, asked, previous, solve_in)
        if subgraph == previous:
            runs[-1][1].append(asked)
        else:
            runs.append((subgraph, [asked]))
    return [
        solve_in(replace(selection, fields=tuple(fields)), subgraph) for subgraph, fields in runs
    ]


def _cheapest_subgraph(
    tree: SelectionTree,
    selection: SelectionSet,
    asked: Field,
    previous: str | None,
    solve_in: SolveIn,
) -> str:
    """Where to run a root field: at the lowest cost; among equals with the field before it."""
    resolvers = tree.index.resolvers(selection.type, asked.name)
    subgraphs = [resolver.subgraph for resolver in resolvers]
    if len(subgraphs) == 1:
        return subgraphs[0]
    alone = replace(selection, fields=(asked,))
    costs: list[tuple[tuple[int, int], bool, int, str]] = []
    for index, subgraph in enumerate(subgraphs):
        try:
            solution = solve_in(alone, subgraph)
        except NotSatisfiable:
            continue
        costs.append((solution.cost, subgraph != previous, index, subgraph))
    if not costs:
        raise NotSatisfiable(f"No subgraph can answer {selection.type}.{asked.name}.")
    return min(costs)[3]
