"""What a runtime keeps of an operation: all that depends on its text, and the plans made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.execution import ClientDocument, ExecutablePlan
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

    A refusal is kept as a plan is: trying to plan is costly. ``size``: of its text.
    """

    compiled: CompiledOperation
    protection: Protection
    plans: BoundedCache[PlanKey, PlannedOperation | OperationRefused]
    size: int


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """One document: the operation that all documents of its shape share, and what is its own.

    ``values`` are those of its literals, for what is counted of them. ``hash`` names it in logs;
    None where it may hold a password: not even the hash is told (one could try passwords against
    it).
    """

    operation: PreparedOperation
    client: ClientDocument
    values: Mapping[str, Any]
    hash: str | None
