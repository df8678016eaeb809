"""Whether the one fetch's ``data`` bytes can be the client's answer as they are."""

from __future__ import annotations

from gateway.operation.model import Operation
from gateway.planning.facts import Facts
from gateway.planning.plan import Plan


def decide_passthrough(_facts: Facts, _operation: Operation, _plan: Plan) -> bool:
    """Not yet decided by anything: the ordinary path is always right."""
    return False
