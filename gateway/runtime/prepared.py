"""What a runtime keeps of an operation: all that depends on its text, and the plans made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gateway.execution import ExecutablePlan
from gateway.operation.cache import BoundedCache
from gateway.operation.compiler import CompiledOperation
from gateway.operation.errors import OperationRefused
from gateway.planning.plan import Plan
from gateway.request.gathered import Gathered
from gateway.security.authorization import Standing
from gateway.security.requirements import Protection

Projection = Callable[[Gathered, dict[str, Any]], tuple[dict[str, Any] | None, list[Any]]]
PlanKey = tuple[Standing, frozenset[str]]
"""Which requirements the caller satisfies, and which @override labels are active."""


@dataclass(frozen=True, slots=True)
class PlannedOperation:
    """One way to answer an operation: for active labels and satisfied requirements."""

    plan: Plan
    executable: ExecutablePlan
    project: Projection


@dataclass(slots=True)
class PreparedOperation:
    """A compiled operation, what it touches of protected fields, and its plans so far.

    A refusal is kept as a plan is: trying to plan is costly.
    """

    compiled: CompiledOperation
    protection: Protection
    plans: BoundedCache[PlanKey, PlannedOperation | OperationRefused]
