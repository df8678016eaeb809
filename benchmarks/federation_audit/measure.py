"""One gateway through the whole audit: a fresh process for each suite, one test after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import httpx2

from benchmarks.federation_audit.audit import Audit, AuditTest
from benchmarks.federation_audit.calls import Cost, cost
from benchmarks.federation_audit.gateways import serving
from benchmarks.federation_audit.processes import NotStarted

Costs = list[Cost | None]
"""By test of a suite; None: the gateway fails it."""

_SECONDS = 30.0


def measure_suite(
    audit: Audit, tests: Iterable[AuditTest], command: str, supergraph: Path, repeats: int
) -> Costs:
    """What every test of a suite costs the gateway that ``command`` starts."""
    try:
        with serving(command, supergraph) as url, httpx2.Client(timeout=_SECONDS) as client:
            audit.take_calls()  # what the gateway asked when it started
            return [_measure(audit, test, _asking(client, url), repeats) for test in tests]
    except NotStarted as failure:
        print(failure)
        return [None for _ in tests]


def _measure(
    audit: Audit, test: AuditTest, ask: Callable[[str], object], repeats: int
) -> Cost | None:
    """The least of ``repeats`` after one to warm up; a mutation is sent once."""
    costs: list[Cost] = []
    for _ in range(1 + repeats if test.is_repeatable else 1):
        passed = test.passes(ask(test.query))
        costs.append(cost(audit.take_calls()))
        if not passed:
            return None
    return min(costs)


def _asking(client: httpx2.Client, url: str) -> Callable[[str], object]:
    def ask(query: str) -> object:
        try:
            return client.post(url, json={"query": query}).json()
        except (httpx2.HTTPError, ValueError):
            return None

    return ask
