"""``solve``: every goal of an operation gets its place in a fetch graph."""

from __future__ import annotations

from collections import Counter

from gateway.operation.model import OperationKind, SelectionSet
from gateway.planning.fetch_graph import FetchGraph
from gateway.planning.resolution import LeastLevels
from gateway.planning.search import FieldSearch, Lookahead, SearchState
from gateway.planning.solve.draft import Solution
from gateway.planning.solve.drop_requests import drop_requests
from gateway.planning.solve.greedy import solve_goals
from gateway.planning.solve.serial_roots import solve_serially
from gateway.planning.solve.whole import solve_whole
from gateway.planning.tree import SelectionTree, collect_goals


def solve(tree: SelectionTree, kind: OperationKind, selection: SelectionSet) -> list[Solution]:
    """The cheapest solution found for a query; for others one per run of root fields.

    Where there is just one way (``whole``) nothing is searched. Raises NotSatisfiable,
    PlanningBudgetExceeded.
    """

    def solve_in(part: SelectionSet, root_subgraph: str | None) -> Solution:
        return _solve(tree, part, root_subgraph)

    if kind is OperationKind.QUERY:
        return [solve_whole(tree, selection) or solve_in(selection, None)]
    return solve_serially(tree, selection, solve_in)


def _solve(tree: SelectionTree, selection: SelectionSet, root_subgraph: str | None) -> Solution:
    """Greedily, then without needless requests. ``root_subgraph``: the only root to be asked."""
    root = tree.root(selection)
    goals = collect_goals(tree, root, selection)
    usefulness = Counter(
        subgraph for goal in goals for choices in goal.choices for subgraph in choices
    )
    graph = FetchGraph(usefulness=usefulness)
    solution = Solution(root, graph)
    lookahead = Lookahead(LeastLevels(tree.index))
    state = SearchState(tree.index, tree, graph, tree.budget, lookahead, root_subgraph)
    solve_goals(FieldSearch(state), solution, sorted(goals, key=lookahead.deepest_first))
    return drop_requests(tree, solution, lookahead, root_subgraph)
