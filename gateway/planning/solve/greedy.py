"""Every goal is given candidates, greedily, the deepest first and of these the forced ones.

Greedy means: goals are taken one by one, and each is answered where it adds least to the cost of
what is there already. ``drop_requests`` then asks whether any single request could be spared.

No plan is less deep. A goal is first looked for as deep as every answer waits anyway, then one
level deeper at a time; so what makes the graph deeper is the least level at which that goal can be
answered at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gateway.planning.errors import NotSatisfiable
from gateway.planning.fetch_graph import Candidate, FetchNode, GraphBuilder
from gateway.planning.search import FieldSearch
from gateway.planning.solve.draft import Choice, Solution
from gateway.planning.tree import FieldNode, Goal, GoalKind

MOST_LEVELS = 48
"""The longest chain of fetches that a goal may wait for."""

Find = Callable[[int], Sequence[Candidate] | None]
"""Candidates for a goal up to a level: one per field; nothing if it cannot be answered there."""


def solve_goals(
    search: FieldSearch,
    solution: Solution,
    goals: Iterable[Goal],
    *,
    most_levels: int = MOST_LEVELS,
    most_requests: int | None = None,
) -> None:
    """Answer ``goals`` in the graph that ``search`` and ``solution`` share.

    Raises NotSatisfiable where a goal has no answer within ``most_levels`` and ``most_requests``,
    PlanningBudgetExceeded.
    """
    solving = _Solving(search, solution, most_levels)
    for goal in goals:
        if most_requests is not None:
            search.state.most_new = most_requests - len(solution.graph.requests)
        solving.solve(goal)


def ensure_answer(search: FieldSearch, goal: Goal, most_levels: int) -> None:
    """Raise NotSatisfiable where a leaf has no answer."""
    search.state.when = goal.when
    if goal.kind is GoalKind.LEAF and not search.open_combination(goal.fields):
        cheapest(search, goal, lambda level: search.combination(goal.fields, level), most_levels)


def cheapest(search: FieldSearch, goal: Goal, find: Find, most_levels: int) -> Sequence[Candidate]:
    """The cheapest answer at the least level that lengthens what every answer waits for.

    Where the cheapest way to some object leads past the level, the earliest way may not.
    """
    least = max(
        search.least_level(goal.object_node, goal.fields),
        min(search.state.graph.unconditional_depth, most_levels),
    )
    if search.state.most_new is None and _may_join(search, goal):
        free = _without_requests(search, find, least)
        if free:
            return free
    for max_level in range(least, most_levels + 1):
        found = find(max_level)
        if not found and search.state.most_new is None:
            found = _earliest(search, find, max_level)
        if found:
            return found
    raise NotSatisfiable(f"No subgraph can answer {goal} from where it stands.")


def _may_join(search: FieldSearch, goal: Goal) -> bool:
    """Whether there may be an answer in requests that are made anyway."""
    asked = {request.subgraph for request in search.state.graph.requests}
    return bool(asked) and all(asked & choices for choices in goal.choices)


def _without_requests(search: FieldSearch, find: Find, max_level: int) -> Sequence[Candidate]:
    """An answer that nothing can be cheaper than; little has to be looked at for it."""
    search.state.most_new = 0
    try:
        return find(max_level) or ()
    finally:
        search.state.most_new = None


def _earliest(search: FieldSearch, find: Find, max_level: int) -> Sequence[Candidate] | None:
    search.state.earliest = True
    try:
        return find(max_level)
    finally:
        search.state.earliest = False


@dataclass(frozen=True, slots=True)
class _Solving:
    """Adds to one solution."""

    search: FieldSearch
    solution: Solution
    most_levels: int

    def solve(self, goal: Goal) -> None:
        """Answer ``goal`` where that is cheapest, given what was decided before."""
        self.search.state.when = goal.when
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
            goal, lambda max_level: self.search.combination(goal.fields, max_level)
        )
        for field, candidate in zip(goal.fields, combination, strict=True):
            self._choose(goal, builder.select(candidate, field), field)

    def _typename(self, goal: Goal, builder: GraphBuilder) -> None:
        """Tell the concrete type of objects; without possible types there are no objects."""

        def find(max_level: int) -> Sequence[Candidate]:
            told = (
                self.search.typename_candidate(base, max_level)
                for base in self.search.direct_candidates(goal.object_node, max_level)
            )
            return self._alone([candidate for candidate in told if candidate is not None])

        if goal.object_node.possible:
            [candidate] = self._cheapest(goal, find)
            self._choose(goal, builder.select_typename(candidate), None)

    def _presence(self, goal: Goal, builder: GraphBuilder) -> None:
        """Have the objects, from anybody: mostly some other goal has them already."""
        for node in self.solution.graph.nodes_at(goal.object_node):
            if node.is_direct:
                self._choose(goal, node, None)
                return
        [candidate] = self._cheapest(
            goal,
            lambda max_level: self._alone(
                self.search.direct_candidates(goal.object_node, max_level)
            ),
        )
        self._choose(goal, builder.open(candidate), None)

    def _alone(self, options: Sequence[Candidate]) -> Sequence[Candidate]:
        """The cheapest of ``options`` as a combination of one; empty if there is none."""
        found = self.search.state.cheapest(options)
        return () if found is None else (found,)

    def _choose(self, goal: Goal, node: FetchNode, field: FieldNode | None) -> None:
        self.solution.choices.append(Choice(goal, node, field))
        if goal.is_unconditional:
            self.solution.graph.require(node)

    def _cheapest(self, goal: Goal, find: Find) -> Sequence[Candidate]:
        return cheapest(self.search, goal, find, self.most_levels)
