"""The planning budget: counted in states looked at, never in time."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.planning.errors import PlanningBudgetExceeded

DEFAULT_BUDGET = 10_000
"""States per operation: some hundreds of milliseconds. An operation of 200 fields over 50 subgraphs
needs fewer than 2,000."""


@dataclass(slots=True)
class Budget:
    """What is left of a planning budget."""

    left: int = DEFAULT_BUDGET

    def spend(self, states: int = 1) -> None:
        """Count ``states``. Raises PlanningBudgetExceeded."""
        self.left -= states
        if self.left < 0:
            raise PlanningBudgetExceeded("This operation is too complex to plan.")
