"""Mutations and subscriptions: root fields run one after the other, each in exactly one subgraph.

Adjacent root fields of one subgraph share a fetch. Each run of them is a draft of its own, so that
nothing of a later field is asked before all of an earlier one; the executor keeps the drafts in
order.
"""

from __future__ import annotations

from dataclasses import replace

from gateway.operation.model import Field, SelectionSet
from gateway.planning.draft import Draft, Drafting
from gateway.planning.errors import NotSatisfiable
from gateway.planning.improve import improve
from gateway.planning.plan import Plan, RootFetch


def draft_serially(drafting: Drafting, selection: SelectionSet) -> list[Draft]:
    """One draft per run of root fields that one subgraph answers."""
    runs: list[tuple[str, list[Field]]] = []
    for asked in selection.fields:
        if asked.name.startswith("__"):
            continue
        subgraph = _cheapest_subgraph(drafting, selection, asked, runs[-1][0] if runs else None)
        if runs and runs[-1][0] == subgraph:
            runs[-1][1].append(asked)
        else:
            runs.append((subgraph, [asked]))
    return [
        _draft(drafting, replace(selection, fields=tuple(fields)), subgraph)
        for subgraph, fields in runs
    ]


def with_trigger(plan: Plan) -> Plan:
    """A subscription's plan: its root fetch starts the stream, the others run once per event.

    The event's payload is there before the first fetch, so nothing waits for the trigger.
    """
    trigger, *rest = plan.fetches
    if not isinstance(trigger, RootFetch):
        raise TypeError("a subscription begins at a root field")
    fetches = [
        replace(fetch, id=fetch.id - 1, after=tuple(i - 1 for i in fetch.after if i))
        for fetch in rest
    ]
    return replace(plan, fetches=tuple(fetches), trigger=replace(trigger, id=-1))


def _draft(drafting: Drafting, selection: SelectionSet, subgraph: str) -> Draft:
    draft = drafting.draft(selection, root_subgraph=subgraph)
    return improve(drafting, selection, draft, subgraph)


def _cheapest_subgraph(
    drafting: Drafting, selection: SelectionSet, asked: Field, previous: str | None
) -> str:
    """Where to run a root field: at the lowest cost; among equals with the field before it."""
    answers = drafting.facts.answers(selection.type, asked.name)
    subgraphs = [answer.subgraph for answer in answers]
    if len(subgraphs) == 1:
        return subgraphs[0]
    alone = replace(selection, fields=(asked,))
    costs: list[tuple[tuple[int, int], bool, int, str]] = []
    for index, subgraph in enumerate(subgraphs):
        try:
            draft = _draft(drafting, alone, subgraph)
        except NotSatisfiable:
            continue
        costs.append((draft.cost, subgraph != previous, index, subgraph))
    if not costs:
        raise NotSatisfiable(f"No subgraph can answer {selection.type}.{asked.name}.")
    return min(costs)[3]
