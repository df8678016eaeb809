"""``plan_operation``: the table of contents of planning."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.operation.model import Operation, OperationKind
from gateway.planning.assemble import Assembly, keys_in_use
from gateway.planning.budget import DEFAULT_BUDGET, Budget
from gateway.planning.decide_passthrough import decide_passthrough
from gateway.planning.draft import Draft, Drafting
from gateway.planning.errors import PlanningBudgetExceeded
from gateway.planning.facts import Facts, facts_of
from gateway.planning.improve import improve
from gateway.planning.mark_conditions import mark_conditions
from gateway.planning.name_internal_slots import choose_typename_key, name_internal_slots
from gateway.planning.plan import Plan
from gateway.planning.render_selections import Renderer
from gateway.planning.serial_roots import draft_serially, with_trigger
from gateway.supergraph.model import Supergraph

Denied = Mapping[tuple[str, ...], frozenset[str]]
"""Response keys from the root → concrete types on whose objects that field is not asked."""


def plan_operation(
    supergraph: Supergraph,
    operation: Operation,
    *,
    labels: frozenset[str] = frozenset(),
    denied: Denied | None = None,
    budget: int = DEFAULT_BUDGET,
) -> Plan:
    """The cheapest plan found for ``operation``: longest chain of fetches, requests, fields.

    ``labels`` are the active labels of progressive overrides; what is ``denied`` is never asked
    for. Raises PlanningBudgetExceeded after ``budget`` states, NotSatisfiable when the supergraph
    has no way to answer a field.
    """
    facts = facts_of(supergraph, labels)
    drafting = Drafting(facts, dict(denied or {}), Budget(budget))
    try:
        return _plan(facts, operation, _drafts(drafting, operation), is_whole=not denied)
    except RecursionError:
        raise PlanningBudgetExceeded("This operation is nested too deeply to plan.") from None


def _plan(facts: Facts, operation: Operation, drafts: list[Draft], *, is_whole: bool) -> Plan:
    conditions = mark_conditions([choice for draft in drafts for choice in draft.chosen])
    name_internal_slots((draft.root for draft in drafts), (slot for _, slot in conditions.slots))
    typename_key = choose_typename_key(operation)
    in_use = keys_in_use(conditions)
    is_single = len(drafts) == 1 and len(drafts[0].graph.buckets) == 1
    renderer = Renderer(facts, conditions, typename_key, echoes_typenames=is_single)
    assembly = Assembly(facts, operation, conditions, typename_key, in_use, renderer)
    for draft in drafts:
        assembly.add(draft, operation.kind)
    plan = Plan(
        operation.kind,
        tuple(assembly.fetches),
        typename_key,
        passthrough=is_whole
        and decide_passthrough(facts, operation, assembly.fetches, assembly.roots),
    )
    return plan if operation.kind is not OperationKind.SUBSCRIPTION else with_trigger(plan)


def _drafts(drafting: Drafting, operation: Operation) -> list[Draft]:
    if operation.kind is not OperationKind.QUERY:
        return draft_serially(drafting, operation.selection)
    draft = drafting.draft(operation.selection)
    return [improve(drafting, operation.selection, draft)]
