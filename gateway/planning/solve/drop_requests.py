"""Sparing requests: what rests on one of them is answered again without it.

Greedy takes the goals one by one, so it may open a request for the first goals that the last ones
make needless. One after the other each request that might be spared is taken away with all that
rests on it; those goals are answered again, where nothing may get deeper. Rounds follow until one
spares nothing.

Most operations never try: nothing can have fewer requests than there are subgraphs that have to be
asked (``least_requests``), and nothing is less deep than what greedy finds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.planning.budget import Budget
from gateway.planning.errors import NotSatisfiable, PlanningBudgetExceeded
from gateway.planning.fetch_graph import FetchGraph, Request
from gateway.planning.search import FieldSearch, Lookahead, SearchState
from gateway.planning.solve.draft import Solution
from gateway.planning.solve.greedy import ensure_answer, solve_goals
from gateway.planning.solve.reduced import without
from gateway.planning.solve.rests_on import RestsOn
from gateway.planning.tree import Goal, SelectionTree

_BUDGET = 300
"""States for all attempts at one operation: large ones, where each is dear, get few."""
_LOOK, _COPY = 10, 3
"""Nodes that are looked at, or copied, in the time that the search takes for a state."""


def drop_requests(
    tree: SelectionTree,
    solution: Solution,
    lookahead: Lookahead,
    root_subgraph: str | None = None,
) -> Solution:
    """``solution``, or a cheaper one."""
    choices = [choices for choice in solution.choices for choices in choice.goal.choices]
    least = max(solution.graph.depth, least_requests(choices))  # a chain has one on each level
    if len(solution.graph.requests) <= least:
        return solution
    budget = Budget(_BUDGET)
    dropping = _Dropping(tree.limited(budget), solution, lookahead, root_subgraph, least)
    try:
        while dropping.round():
            pass
    except PlanningBudgetExceeded:
        pass  # what was found so far is good
    return dropping.solution


def least_requests(choices: Iterable[frozenset[str]], asked: frozenset[str] = frozenset()) -> int:
    """A number of requests that no answer can stay below; ``asked`` subgraphs are asked anyway.

    Fields whose sets of possible subgraphs have none in common need a request each. Sets are taken
    from the smallest on; those with one subgraph are the most of them.
    """
    taken = set(asked)
    count = 0
    for each in sorted(set(choices), key=lambda each: (len(each), sorted(each))):
        if not each & taken:
            taken |= each
            count += 1
    return count


@dataclass(slots=True)
class _Dropping:
    """Attempts at one solution, which each success replaces."""

    tree: SelectionTree
    solution: Solution
    lookahead: Lookahead
    root_subgraph: str | None
    least: int
    failed: set[tuple[Request, frozenset[Goal]]] = field(default_factory=set)

    def round(self) -> bool:
        """Try each request once; whether any could be spared."""
        before = self.solution
        rests_on = RestsOn(before)
        for request in _most_promising_first(before.graph.requests):
            now = self.solution.graph.requests
            if len(now) <= self.least:
                break
            if request not in now:
                continue
            attempt = self._attempt(request, rests_on)
            if attempt is not None:
                self.solution, rests_on = attempt, RestsOn(attempt)
        return self.solution is not before

    def _attempt(self, request: Request, rests_on: RestsOn) -> Solution | None:
        """The solution without ``request``, if that takes fewer requests in all.

        First it is asked whether there is room for what the goals that rest on it need at least,
        then whether the first of them can be answered; only then the graph is copied and changed.
        What was tried once is not tried again when other requests have gone.
        """
        graph = self.solution.graph
        lost = [goal for goal, requests in rests_on.of_goals.items() if request in requests]
        tried = (request, frozenset(lost))
        if tried in self.failed:
            return None
        self.failed.add(tried)
        kept = frozenset[Request]().union(
            *(requests for requests in rests_on.of_goals.values() if request not in requests)
        )
        spare = len(graph.requests) - 1 - len(kept)
        asked = frozenset(each.subgraph for each in kept)
        if least_requests((each for goal in lost for each in goal.choices), asked) > spare:
            return None
        self.tree.budget.spend(graph.size // _LOOK)
        rest = graph.hiding(lambda node: request in rests_on.of_node(node), request)
        search = self._search(rest)
        search.state.most_new = spare
        try:
            for goal in lost[:1]:
                ensure_answer(search, goal, graph.depth)
            self.tree.budget.spend(graph.size // _COPY)
            attempt = without(self.solution, request, set(lost))
            solve_goals(
                self._search(attempt.graph),
                attempt,
                lost,
                most_levels=graph.depth,
                most_requests=len(graph.requests) - 1,
            )
        except NotSatisfiable:
            return None
        return None if _delays(attempt, self.solution) else attempt

    def _search(self, graph: FetchGraph) -> FieldSearch:
        tree = self.tree
        return FieldSearch(
            SearchState(tree.index, tree, graph, tree.budget, self.lookahead, self.root_subgraph)
        )


def _most_promising_first(requests: Iterable[Request]) -> list[Request]:
    """Those to subgraphs that are asked more than once: mostly one of these takes another in."""
    asked = Counter(request.subgraph for request in requests)
    return sorted(requests, key=lambda each: (-asked[each.subgraph], *each))


def _delays(attempt: Solution, solution: Solution) -> bool:
    """Whether a goal would wait longer than before, and longer than every answer does anyway."""
    bearable = solution.graph.unconditional_depth
    before = {(choice.goal, choice.field): choice.node.level for choice in solution.choices}
    return any(
        choice.node.level > max(before[choice.goal, choice.field], bearable)
        for choice in attempt.choices
    )
