"""The table of the README, and the tests in which a peer does better."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from benchmarks.federation_audit.calls import Cost
from benchmarks.federation_audit.results import Result

Costs = Mapping[str, Cost]
"""By test, only those passed."""

BEST = "the least of a peer that passes, test by test"


def table(results: Mapping[str, Result], own: str) -> Iterator[str]:
    """Markdown: each peer's sums beside our own on the tests that it passes."""
    yield "| gateway | tests passed | requests | here, same tests | depth | here, same tests |"
    yield "|---|---|---|---|---|---|"
    here = _passed(results[own])
    yield _row(own, here, here)
    for name, result in results.items():
        if name != own:
            yield _row(name, _passed(result), here)
    yield _row(BEST, best_peer(results, own), here)


def better_peers(results: Mapping[str, Result], own: str) -> Iterator[str]:
    """One line for each test that a peer passes with fewer requests or less depth."""
    here = _passed(results[own])
    for test, peer in best_peer(results, own).items():
        cost = here.get(test)
        if cost is None:
            yield f"{test}: fails here"
        elif cost.requests > peer.requests or cost.depth > peer.depth:
            yield f"{test}: {cost} here, {peer} at best"


def best_peer(results: Mapping[str, Result], own: str) -> Costs:
    """By test the fewest requests and the least depth, each of any peer that passes."""
    best: dict[str, Cost] = {}
    for name, result in results.items():
        if name != own:
            for test, cost in _passed(result).items():
                best[test] = Cost(*map(min, cost, best.get(test, cost)))
    return best


def _passed(result: Result) -> Costs:
    return {
        f"{suite} {index}": cost
        for suite, costs in result.items()
        for index, cost in enumerate(costs)
        if cost is not None
    }


def _row(name: str, costs: Costs, here: Costs) -> str:
    same = [here[test] for test in costs if test in here]
    requests, depth = _sums(costs.values())
    requests_here, depth_here = _sums(same)
    return f"| {name} | {len(costs)} | {requests} | {requests_here} | {depth} | {depth_here} |"


def _sums(costs: Iterable[Cost]) -> tuple[int, int]:
    summed = list(costs)
    return sum(cost.requests for cost in summed), sum(cost.depth for cost in summed)
