"""Why an operation could not be planned. Both are the request's errors, with stable codes."""

from __future__ import annotations


class PlanningFailed(Exception):
    """The base: ``code`` is stable and shown to clients, the message too."""

    code = "QUERY_PLANNING_FAILED"


class PlanningBudgetExceeded(PlanningFailed):
    """The search looked at more states than it may (the same on every machine)."""

    code = "QUERY_PLANNING_BUDGET"


class NotSatisfiable(PlanningFailed):
    """No sequence of fetches answers a field: the supergraph does not hold together there."""

    code = "OPERATION_NOT_SATISFIABLE"
