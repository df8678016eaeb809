"""The planning budget: counted in states looked at, never in time."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.operation.model import Operation, SelectionSet
from gateway.planning.errors import PlanningBudgetExceeded

_BASE, _PER_FIELD, _MOST = 2_500, 10, 10_000
"""States, of which a millisecond has twenty to thirty. Operations of 20 fields need up to 110, one
of 200 fields over 50 subgraphs 900: what needs far more has a small text and a large tree."""


def budget_of(operation: Operation) -> int:
    """The states that an operation may cost: a tenth of a second, or more if it asks for much."""
    return min(_BASE + _PER_FIELD * _fields(operation.selection), _MOST)


def _fields(selection: SelectionSet) -> int:
    below = (_fields(each.selection) for each in selection.fields if each.selection is not None)
    return len(selection.fields) + sum(below)


@dataclass(slots=True)
class Budget:
    """What is left of a planning budget."""

    left: int

    def spend(self, states: int = 1) -> None:
        """Count ``states``. Raises PlanningBudgetExceeded."""
        self.left -= states
        if self.left < 0:
            raise PlanningBudgetExceeded("This operation is too complex to plan.")
