"""Several operations in one HTTP request: limits count over their sum."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.operation.errors import TooComplex
from gateway.operation.limits import NOTHING, Limits, Measure


def check_combined_limits(
    measures: Iterable[Measure], costs: Iterable[int], limits: Limits
) -> None:
    """Raise TooComplex if the operations together are past a limit that counts.

    Depth is the deepest, fields, aliases and root fields are added up, and so is cost.
    """
    total = NOTHING
    for measure in measures:
        total += measure
    total.check(limits)
    if sum(costs) > limits.cost:
        raise TooComplex(f"The operation's cost is over the limit of {limits.cost}.")
