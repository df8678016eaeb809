"""Every goal is given candidates, greedily, forced goals first.

Greedy means: goals are taken one by one, and each is answered where it adds least to the cost of
what is there already. ``drop_requests`` then asks whether any single request could be spared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.operation.model import SelectionSet
from gateway.planning.errors import NotSatisfiable
from gateway.planning.fetch_graph import Candidate, FetchGraph, FetchNode, GraphBuilder, Request
from gateway.planning.search import FieldSearch, SearchState
from gateway.planning.solve.draft import Choice, Solution
from gateway.planning.tree import (
    FieldNode,
    Goal,
    GoalKind,
    SelectionTree,
    collect_goals,
    is_unconditional,
)

_MOST_JUMPS = 48
"""The longest chain of jumps that one goal may take."""


def solve_greedily(
    tree: SelectionTree,
    selection: SelectionSet,
    *,
    banned: frozenset[Request] = frozenset(),
    root_subgraph: str | None = None,
) -> Solution:
    """Answer every goal of ``selection`` in a new fetch graph, without ``banned`` requests.

    ``root_subgraph``: the only one whose root may be asked. Raises NotSatisfiable,
    PlanningBudgetExceeded.
    """
    root = tree.root(selection)
    graph = FetchGraph(banned)
    search = FieldSearch(SearchState(tree.index, tree, graph, tree.budget, root_subgraph))
    solving = _Solving(search, Solution(root, graph))
    for goal in collect_goals(tree, root, selection):
        solving.solve(goal)
    return solving.solution


@dataclass(frozen=True, slots=True)
class _Solving:
    """Adds to one solution. What the search remembers is dropped whenever the graph grows."""

    search: FieldSearch
    solution: Solution

    def solve(self, goal: Goal) -> None:
        """Answer ``goal`` where that is cheapest, given what was decided before."""
        builder = GraphBuilder(self.solution.graph, goal.when)
        match goal.kind:
            case GoalKind.LEAF:
                self._leaf(goal, builder)
            case GoalKind.TYPENAME:
                self._typename(goal, builder)
            case GoalKind.PRESENCE:
                self._presence(goal, builder)

    def _leaf(self, goal: Goal, builder: GraphBuilder) -> None:
        combination = self.search.open_combination(goal.fields) or self._cheapest(
            goal, lambda max_jumps: self.search.combination(goal.fields, max_jumps)
        )
        for field, candidate in zip(goal.fields, combination, strict=True):
            self._choose(goal, builder.select(candidate, field), field)
        self.search.state.memo.forget()

    def _typename(self, goal: Goal, builder: GraphBuilder) -> None:
        """Tell the concrete type of objects; without possible types there are no objects."""

        def find(max_jumps: int) -> tuple[Candidate, ...]:
            told = (
                self.search.typename_candidate(base, max_jumps)
                for base in self.search.direct_candidates(goal.object_node, max_jumps)
            )
            return self._alone([candidate for candidate in told if candidate is not None])

        if goal.object_node.possible:
            [candidate] = self._cheapest(goal, find)
            self._choose(goal, builder.select_typename(candidate), None)
            self.search.state.memo.forget()

    def _presence(self, goal: Goal, builder: GraphBuilder) -> None:
        """Have the objects, from anybody: mostly some other goal has them already."""
        for node in self.solution.graph.nodes_at(goal.object_node):
            if node.is_direct:
                self._choose(goal, node, None)
                return
        [candidate] = self._cheapest(
            goal,
            lambda max_jumps: self._alone(
                self.search.direct_candidates(goal.object_node, max_jumps)
            ),
        )
        self._choose(goal, builder.open(candidate), None)
        self.search.state.memo.forget()

    def _alone(self, options: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """The cheapest of ``options`` as a combination of one; empty if there is none."""
        found = self.solution.graph.cheapest(options)
        return () if found is None else (found,)

    def _choose(self, goal: Goal, node: FetchNode, field: FieldNode | None) -> None:
        self.solution.choices.append(Choice(goal, node, field))
        if is_unconditional(goal):
            self.solution.graph.require(node)

    def _cheapest(
        self, goal: Goal, find: Callable[[int], tuple[Candidate, ...] | None]
    ) -> tuple[Candidate, ...]:
        """The cheapest answer with the fewest jumps in a row, or with one (it may be free)."""
        best: tuple[Candidate, ...] | None = None
        cost = self.solution.graph.cost
        for max_jumps in range(_MOST_JUMPS + 1):
            found = find(max_jumps)
            if found and (best is None or cost(found) < cost(best)):
                best = found
            if best is not None and max_jumps >= 1:
                return best
        raise NotSatisfiable(f"No subgraph can answer {goal} from where it stands.")
