"""The work itself: a document → data of its operation, what it touches, its plan."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from gateway.operation.compiler import OperationCompiler, ReadOperation
from gateway.operation.errors import OperationRefused, TooComplex
from gateway.operation.limits import Limits
from gateway.operation.model import Operation
from gateway.planning import plan_operation
from gateway.planning.errors import PlanningFailed
from gateway.planning.plan import Plan
from gateway.security.authorization import Standing, denials, denied_fields
from gateway.security.requirements import Protection, protection_of
from gateway.supergraph import Supergraph
from shared.validation.nesting import NESTED_TOO_DEEPLY

PlanOutcome = Plan | OperationRefused
"""A plan, or why there is none."""


@dataclass(frozen=True, slots=True)
class PreparedParts:
    """What is known of a document. ``outcome`` None: not planned yet, or the caller decides."""

    read: ReadOperation
    protection: Protection
    outcome: PlanOutcome | None


class PreparationCore:
    """Prepares documents of one supergraph."""

    def __init__(
        self, supergraph: Supergraph, limits: Limits, *, hide_suggestions: bool = False
    ) -> None:
        self.supergraph = supergraph
        self.compiler = OperationCompiler(
            supergraph.api_schema, limits, supergraph.costs, hide_suggestions=hide_suggestions
        )

    def prepare(
        self,
        text: str,
        operation_name: str | None,
        labels: frozenset[str],
        positions: Mapping[int, int],
        *,
        plans: bool,
        states: int | None = None,
    ) -> PreparedParts:
        """Read a document; if it ``plans``, plan it too where all callers get the same plan.

        ``labels``: the active ones of progressive overrides. ``positions``: of the literals that
        are left open. ``states``: no plan where it would cost more. Raises OperationRefused.
        """
        read = self.compiler.read(text, operation_name, positions)
        protection = protection_of(read.operation, self.supergraph)
        outcome: PlanOutcome | None = None
        if plans and not protection.requirements:
            if states is None:
                outcome = self.plan(read.operation, protection, Standing(), labels)
            else:
                outcome = self._plan_within(states, read.operation, labels)
        return PreparedParts(read, protection, outcome)

    def _plan_within(
        self, states: int, operation: Operation, labels: frozenset[str]
    ) -> Plan | None:
        """Plan an operation that protects nothing; None where it costs more, or there is none."""
        with suppress(PlanningFailed, RecursionError):
            return plan_operation(self.supergraph, operation, labels=labels, budget=states)
        return None

    def plan(
        self,
        operation: Operation,
        protection: Protection,
        standing: Standing,
        labels: frozenset[str],
    ) -> PlanOutcome:
        """Plan an operation for callers of one standing."""
        denied = denied_fields(denials(protection, standing))
        try:
            return plan_operation(self.supergraph, operation, labels=labels, denied=denied)
        except PlanningFailed as error:
            return OperationRefused(str(error), code=error.code)
        except RecursionError:
            return TooComplex(NESTED_TOO_DEEPLY)
