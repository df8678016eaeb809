"""Sparing requests: the greedy solution is made again without one of its requests.

A request can only be spared if everything it answers could be answered elsewhere, which is rarely
so; each success starts over. Attempts have a small budget of their own: large operations, where an
attempt is dear and one request more or less matters little, keep the greedy solution.
"""

from __future__ import annotations

from collections import Counter

from gateway.operation.model import SelectionSet
from gateway.planning.budget import Budget
from gateway.planning.errors import NotSatisfiable, PlanningBudgetExceeded
from gateway.planning.fetch_graph import Request
from gateway.planning.solve.draft import Solution
from gateway.planning.solve.greedy import solve_greedily
from gateway.planning.tree import SelectionTree

_BUDGET = 1_500
"""States for all attempts at one operation."""


def drop_requests(
    tree: SelectionTree,
    selection: SelectionSet,
    solution: Solution,
    root_subgraph: str | None = None,
) -> Solution:
    """``solution``, or a cheaper one."""
    banned: frozenset[Request] = frozenset()
    budget = Budget(_BUDGET)
    try:
        while better := _cheaper(tree, selection, solution, banned, budget, root_subgraph):
            solution, banned = better
    except PlanningBudgetExceeded:
        pass  # what was found so far is good
    return solution


def _cheaper(
    tree: SelectionTree,
    selection: SelectionSet,
    solution: Solution,
    banned: frozenset[Request],
    budget: Budget,
    root_subgraph: str | None,
) -> tuple[Solution, frozenset[Request]] | None:
    """A solution that costs less, without one more request of those that are not forced."""
    forced = _forced(solution)
    for request in sorted(solution.graph.requests, key=str):
        if request in forced:
            continue
        fewer = banned | {request}
        try:
            attempt = solve_greedily(
                tree.bare(budget), selection, banned=fewer, root_subgraph=root_subgraph
            )
        except NotSatisfiable:
            continue
        if attempt.cost < solution.cost and not _delays(attempt, solution):
            return attempt, fewer
    return None


def _delays(attempt: Solution, solution: Solution) -> bool:
    """Whether a goal would wait longer than before, and longer than every answer does anyway."""
    bearable = solution.graph.unconditional_depth
    return any(
        new.node.level > max(old.node.level, bearable)
        for new, old in zip(attempt.choices, solution.choices, strict=True)
    )


def _forced(solution: Solution) -> set[Request]:
    """Requests that answer what no other subgraph can, to a subgraph that is asked only once."""
    asked = Counter(request.subgraph for request in solution.graph.requests)
    needed = {
        choice.node.top.request for choice in solution.choices if choice.goal.choice_count <= 1
    }
    return {request for request in needed if asked[request.subgraph] == 1}
