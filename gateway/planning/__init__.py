"""Operation → Plan. ``planner`` is the table of contents."""

from gateway.planning.budget import DEFAULT_BUDGET
from gateway.planning.errors import NotSatisfiable, PlanningBudgetExceeded, PlanningFailed
from gateway.planning.plan import Plan
from gateway.planning.planner import Denied, plan_operation
from gateway.planning.text import plan_to_json, print_plan

__all__ = [
    "DEFAULT_BUDGET",
    "Denied",
    "NotSatisfiable",
    "Plan",
    "PlanningBudgetExceeded",
    "PlanningFailed",
    "plan_operation",
    "plan_to_json",
    "print_plan",
]
