"""``assemble``: the plan that a draft says."""

from __future__ import annotations

from msgspec.structs import replace

from gateway.operation.model import OperationKind
from gateway.planning.assemble.fetches import Assembly
from gateway.planning.assemble.passthrough import decide_passthrough
from gateway.planning.plan import Plan, RootFetch
from gateway.planning.solve import Draft


def assemble(draft: Draft) -> Plan:
    """Numbered fetches, each after those it depends on; a subscription's first one is its trigger.

    What is denied in part never passes through: the projection has to leave it out.
    """
    assembly = Assembly.of(draft)
    for requests in draft.requests:
        assembly.add(requests)
    passthrough = draft.is_whole and decide_passthrough(
        draft.index, draft.operation, assembly.fetches, assembly.roots
    )
    kind = draft.operation.kind
    plan = Plan(kind, tuple(assembly.fetches), draft.typename_key, passthrough=passthrough)
    return plan if kind is not OperationKind.SUBSCRIPTION else _with_trigger(plan)


def _with_trigger(plan: Plan) -> Plan:
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
