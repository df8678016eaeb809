"""``solve``: every goal of an operation gets its place in a fetch graph."""

from __future__ import annotations

from gateway.operation.model import OperationKind, SelectionSet
from gateway.planning.solve.draft import Solution
from gateway.planning.solve.drop_requests import drop_requests
from gateway.planning.solve.greedy import solve_greedily
from gateway.planning.solve.serial_roots import solve_serially
from gateway.planning.tree import SelectionTree


def solve(tree: SelectionTree, kind: OperationKind, selection: SelectionSet) -> list[Solution]:
    """The cheapest solution found for a query; for others one per run of root fields.

    Raises NotSatisfiable, PlanningBudgetExceeded.
    """

    def solve_in(part: SelectionSet, root_subgraph: str | None) -> Solution:
        solution = solve_greedily(tree.bare(tree.budget), part, root_subgraph=root_subgraph)
        return drop_requests(tree, part, solution, root_subgraph)

    if kind is OperationKind.QUERY:
        return [solve_in(selection, None)]
    return solve_serially(tree, selection, solve_in)
