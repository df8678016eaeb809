"""Several operations in one HTTP request: limits count over their sum."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.operation.errors import TooComplex, error_item
from gateway.operation.limits import NOTHING, Limits, Measure


def check_combined_limits(
    measures: Iterable[Measure], costs: Iterable[int], demands: Iterable[int], limits: Limits
) -> None:
    """Raise TooComplex if the operations together are past a limit that counts.

    Depth is the deepest; fields, aliases and root fields are added up, and so are cost and demand.
    """
    total = NOTHING
    for measure in measures:
        total += measure
    check_limits(total, sum(costs), sum(demands), limits)


def check_limits(measure: Measure, cost: int, demand: int, limits: Limits) -> None:
    """Raise TooComplex for the first limit that is passed."""
    measure.check(limits)
    _check("cost", cost, limits.cost)
    if limits.demand is not None and limits.demand.max is not None:
        _check("demand on the services", demand, limits.demand.max)


def _check(name: str, cost: int, limit: int) -> None:
    if cost > limit:
        message = f"The operation's {name} is {cost}, over the limit of {limit}."
        item = error_item(message, TooComplex.code, cost=cost, maxCost=limit)
        raise TooComplex(message, errors=[item])
