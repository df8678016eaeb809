"""What the gateway asks its preparing process to do. Each message has one reply, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.operation.errors import OperationRefused
from gateway.operation.limits import Limits
from gateway.operation.model import Operation
from gateway.preparation.core import PlanOutcome, PreparationCore, PreparedParts
from gateway.security.authorization import Standing
from gateway.security.requirements import Protection


@dataclass(frozen=True, slots=True)
class Load:
    """Load a supergraph; jobs name it by its ``generation``."""

    generation: int
    sdl: str
    limits: Limits
    hide_suggestions: bool


@dataclass(frozen=True, slots=True)
class Drop:
    """Forget a supergraph."""

    generation: int


@dataclass(frozen=True, slots=True)
class PrepareJob:
    """Read a document, and plan it unless the plan depends on who asks: one way for both."""

    generation: int
    text: str
    operation_name: str | None
    labels: frozenset[str]
    positions: Mapping[int, int]
    plans: bool = True

    @property
    def size(self) -> int:
        """How long it may take, roughly."""
        return len(self.text)

    def run(self, core: PreparationCore, states: int | None = None) -> PreparedParts:
        """Do it; no plan where it would cost more ``states``. Raises OperationRefused."""
        return core.prepare(
            self.text,
            self.operation_name,
            self.labels,
            self.positions,
            plans=self.plans,
            states=states,
        )


@dataclass(frozen=True, slots=True)
class PlanJob:
    """Plan an operation that was read before, for callers of one standing."""

    generation: int
    operation: Operation
    protection: Protection
    standing: Standing
    labels: frozenset[str]
    size: int

    def run(self, core: PreparationCore) -> PlanOutcome:
        """Do it."""
        return core.plan(self.operation, self.protection, self.standing, self.labels)


Job = PrepareJob | PlanJob


@dataclass(frozen=True, slots=True)
class Refused:
    """The reply to a job whose document is refused."""

    refusal: OperationRefused


@dataclass(frozen=True, slots=True)
class Failed:
    """The reply to a job that failed through a fault of ours; ``trace`` is for the log."""

    trace: str
