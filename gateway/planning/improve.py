"""Sparing requests: the greedy draft is made again without one of its requests.

A request can only be spared if everything it answers could be answered elsewhere, which is rarely
so; each success starts over. Attempts have a small budget of their own: large operations, where an
attempt is dear and one request more or less matters little, keep the greedy draft.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from gateway.operation.model import SelectionSet
from gateway.planning.budget import Budget
from gateway.planning.draft import Draft, Drafting
from gateway.planning.errors import NotSatisfiable, PlanningBudgetExceeded
from gateway.planning.places import Bucket, Site

_BUDGET = 1_500
"""States for all attempts at one operation."""


def improve(
    drafting: Drafting, selection: SelectionSet, draft: Draft, root_subgraph: str | None = None
) -> Draft:
    """The draft, or a cheaper one."""
    banned: frozenset[Bucket] = frozenset()
    limited = replace(drafting, budget=Budget(_BUDGET))
    try:
        while better := _spared(limited, selection, draft, banned, root_subgraph):
            draft, banned = better
    except PlanningBudgetExceeded:
        pass  # what was found so far is good
    return draft


def _spared(
    drafting: Drafting,
    selection: SelectionSet,
    draft: Draft,
    banned: frozenset[Bucket],
    root_subgraph: str | None,
) -> tuple[Draft, frozenset[Bucket]] | None:
    forced = _forced(draft)
    for bucket in sorted(draft.graph.buckets, key=str):
        if bucket in forced:
            continue
        try:
            attempt = drafting.draft(selection, banned | {bucket}, root_subgraph)
        except NotSatisfiable:
            continue
        if attempt.cost < draft.cost and not _delays(attempt, draft):
            return attempt, banned | {bucket}
    return None


def _delays(attempt: Draft, draft: Draft) -> bool:
    """Whether a need would wait longer than before, and longer than every answer does anyway."""
    pairs = zip(attempt.chosen, draft.chosen, strict=True)
    return any(
        new.site.level > max(old.site.level, draft.graph.certain_depth) for new, old in pairs
    )


def _forced(draft: Draft) -> set[Bucket]:
    """Requests that answer what no other subgraph can, to a subgraph that is asked only once."""
    requests = Counter(bucket.subgraph for bucket in draft.graph.buckets)
    return {
        bucket
        for chosen in draft.chosen
        if chosen.need.freedom <= 1 and requests[(bucket := top(chosen.site).bucket).subgraph] == 1
    }


def top(site: Site) -> Site:
    """The root or entered site of the fetch that ``site`` belongs to."""
    while site.parent is not None:
        site = site.parent
    return site
