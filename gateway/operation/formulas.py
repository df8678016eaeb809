"""Sizes that variables decide: numbers where they are known, formulas where they are not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Variables = Mapping[str, Any]
MOST = 2**53 - 1
Cost = int | Callable[[Variables], int]
"""A number, or a formula where variables decide."""


def evaluate(cost: Cost, variables: Variables) -> int:
    """Return the cost for the values of one request."""
    return cost if isinstance(cost, int) else cost(variables)


def count(cost: Cost, variables: Variables) -> int:
    """Return the cost as clients and metrics can be told it: at most what JSON carries exactly.

    Lists in lists 25 levels deep come to a number of 75 digits.
    """
    return min(evaluate(cost, variables), MOST)


def sum_of(costs: Sequence[Cost]) -> Cost:
    """Return all added up."""
    fixed, formulas = _parted(costs)
    known = sum(fixed)
    if not formulas:
        return known
    return lambda variables: known + sum(formula(variables) for formula in formulas)


def largest_of(costs: Sequence[Cost]) -> Cost:
    """Return the largest of some; of one, itself."""
    if len(costs) == 1:
        return costs[0]
    fixed, formulas = _parted(costs)
    known = max(fixed, default=0)
    if not formulas:
        return known
    least = [known] if fixed else []
    return lambda variables: max(*least, *(formula(variables) for formula in formulas))


def product_of(left: Cost, right: Cost) -> Cost:
    """Return one times the other."""
    if isinstance(left, int) and isinstance(right, int):
        return left * right
    return lambda variables: evaluate(left, variables) * evaluate(right, variables)


def _parted(costs: Sequence[Cost]) -> tuple[list[int], list[Callable[[Variables], int]]]:
    fixed = [cost for cost in costs if isinstance(cost, int)]
    return fixed, [cost for cost in costs if not isinstance(cost, int)]
