"""Which fetches a fetch waits for, and which may start: pure decisions, no awaiting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.operation.model import OperationKind
from gateway.planning.plan import Plan, RootFetch


def effective_dependencies(plan: Plan) -> tuple[frozenset[int], ...]:
    """``Fetch.after``, and for mutations the serial order of root fetches.

    A mutation's root fetch waits for every earlier one and for all that only earlier ones lead
    to: side effects and what is read after them stay in the order of the document (GraphQL
    specification, 6.2.2). Done here whatever the plan says, since this is where an error would
    run two mutations at once.
    """
    after = [frozenset(fetch.after) for fetch in plan.fetches]
    if plan.kind is not OperationKind.MUTATION:
        return tuple(after)
    roots = [
        fetch.id
        for fetch in plan.fetches
        if isinstance(fetch, RootFetch) and fetch.kind is OperationKind.MUTATION
    ]
    origins = _roots_above(after, frozenset(roots))
    for index, root in enumerate(roots):
        earlier = frozenset(roots[:index])
        before = {id_ for id_, above in enumerate(origins) if above and above <= earlier}
        after[root] |= before
    return tuple(after)


def _roots_above(after: Sequence[frozenset[int]], roots: frozenset[int]) -> list[frozenset[int]]:
    """For each fetch, the mutation root fetches it is or depends on."""
    above: list[frozenset[int]] = []
    for id_, waits in enumerate(after):
        found = frozenset({id_}) if id_ in roots else frozenset()
        for other in waits:
            found |= above[other]
        above.append(found)
    return above


def dependants(after: Sequence[frozenset[int]]) -> tuple[tuple[int, ...], ...]:
    """For each fetch, those that wait for it."""
    waiting: list[list[int]] = [[] for _ in after]
    for id_, waits in enumerate(after):
        for other in waits:
            waiting[other].append(id_)
    return tuple(map(tuple, waiting))


def startable(
    after: Sequence[frozenset[int]], candidates: Iterable[int], done: set[int]
) -> tuple[int, ...]:
    """Those of ``candidates`` whose dependencies are all done."""
    return tuple([id_ for id_ in candidates if after[id_] <= done])
