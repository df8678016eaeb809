"""Operation → Plan. ``planner`` is the table of contents."""

from gateway.planning.errors import NotSatisfiable, PlanningBudgetExceeded, PlanningFailed
from gateway.planning.plan import Plan, plan_to_json, print_plan
from gateway.planning.planner import plan_operation
from gateway.planning.tree import Denied

__all__ = [
    "Denied",
    "NotSatisfiable",
    "Plan",
    "PlanningBudgetExceeded",
    "PlanningFailed",
    "plan_operation",
    "plan_to_json",
    "print_plan",
]
