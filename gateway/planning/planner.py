"""``plan_operation``: the table of contents of planning.

index      who resolves what in the supergraph
tree       what the client asks, as goals that subgraphs can be held to
solve      a place in a fetch graph for every goal, found by the search
PASSES     conditions, names and order for what was decided
assemble   documents and representations: the plan
"""

from __future__ import annotations

from gateway.operation.model import Operation
from gateway.planning.assemble import assemble
from gateway.planning.budget import Budget, budget_of
from gateway.planning.errors import PlanningBudgetExceeded
from gateway.planning.passes import PASSES
from gateway.planning.plan import Plan
from gateway.planning.resolution import resolution_index
from gateway.planning.solve import Draft, solve
from gateway.planning.tree import Denied, SelectionTree
from gateway.supergraph.model import Supergraph


def plan_operation(
    supergraph: Supergraph,
    operation: Operation,
    *,
    labels: frozenset[str] = frozenset(),
    denied: Denied | None = None,
    budget: int | None = None,
) -> Plan:
    """The cheapest plan found for ``operation``: longest chain of fetches, requests, fields.

    ``labels`` are the active labels of progressive overrides; what is ``denied`` is never asked
    for. Raises PlanningBudgetExceeded after ``budget`` states (None: as many as its size permits),
    NotSatisfiable when the supergraph has no way to answer a field.
    """
    try:
        index = resolution_index(supergraph, labels)
        states = budget_of(operation) if budget is None else budget
        tree = SelectionTree(index, denied or {}, Budget(states))
        solutions = solve(tree, operation.kind, operation.selection)
        draft = Draft(index, operation, solutions, is_whole=not denied)
        for finish in PASSES:
            finish(draft)
        return assemble(draft)
    except RecursionError:
        raise PlanningBudgetExceeded("This operation is nested too deeply to plan.") from None
