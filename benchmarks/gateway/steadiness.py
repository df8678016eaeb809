"""What does not show in one round: memory after many requests, and two workers on one port."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.gateway.bench import Bench, Started, prepared
from benchmarks.gateway.subjects import HERE

_NOWHERE = Path()
_MANY = ("two", "big")
_WORKLOAD, _CONNECTIONS = "two", 50
_TWO, _PAIR = "two workers", ("this, left", "this, right")
_BESIDE = {_TWO: 2, **dict.fromkeys(_PAIR, 1)}


def measure_memory(connections: int, early: int = 20_000, late: int = 200_000) -> None:
    """Print the memory after ``early`` and after ``late`` requests, small and big by turns."""
    with prepared((), _NOWHERE) as bench:
        started = bench.subjects[0]
        sent, marks = 0, {}
        for mark in (early, late):
            while sent < mark:
                for workload in _MANY:
                    seconds = 1.0 if workload == "big" else 4.0
                    sent += bench.send(started, workload, connections, seconds).outcome.requests
            marks[mark] = started.server.resident_bytes()
            print(f"after {sent:>7,} requests: {marks[mark] / 1e6:.1f} MB", flush=True)
    print(f"grown by {100 * (marks[late] / marks[early] - 1):.1f} %")


def measure_workers(seconds: float, rounds: int) -> None:
    """Print the CPU per request of two workers on one port, and how evenly they share.

    Beside them one worker alone, and two that share nothing, each with half of the connections at
    the same time: what the machine itself asks for two processes in place of one.
    """
    with prepared((), _NOWHERE, pinned=False, beside=_BESIDE) as bench:
        by_name = {started.subject.name: started for started in bench.subjects}
        two, pair = by_name[_TWO], [by_name[name] for name in _PAIR]
        costs: dict[str, list[float]] = {"one worker": [], _TWO: [], "two apart": []}
        before: dict[int, float] = {}
        for number in range(rounds + 1):
            alone = bench.send(by_name[HERE], _WORKLOAD, _CONNECTIONS, seconds)
            shared = bench.send(two, _WORKLOAD, _CONNECTIONS, seconds)
            apart = _at_once(bench, pair, seconds)
            if number == 0:  # to warm up
                before = two.server.cpu_by_process()
                continue
            for kind, cost in zip(costs, (alone.cpu_ms, shared.cpu_ms, apart), strict=True):
                costs[kind].append(cost)
        after = two.server.cpu_by_process()
    one = statistics.median(costs["one worker"])
    for kind, figures in costs.items():
        cost = statistics.median(figures)
        print(f"{kind:12}{cost:.3f} CPU ms a request, {cost / one:.2f} times one's")
    used = [spent - before.get(pid, 0.0) for pid, spent in after.items()]
    print(f"the busier of two workers: {100 * max(used) / sum(used):.0f} % of their CPU")


def _at_once(bench: Bench, pair: Sequence[Started], seconds: float) -> float:
    """Send to both at the same time; return CPU milliseconds per request of both together."""
    each = _CONNECTIONS // len(pair)
    with ThreadPoolExecutor() as threads:
        samples = [*threads.map(lambda one: bench.send(one, _WORKLOAD, each, seconds), pair)]
    requests = sum(sample.outcome.requests for sample in samples)
    return sum(sample.cpu_ms * sample.outcome.requests for sample in samples) / requests
