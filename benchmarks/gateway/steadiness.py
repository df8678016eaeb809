"""What does not show in one round: memory after many requests, and two workers on one port."""

from __future__ import annotations

import statistics
from pathlib import Path

from benchmarks.gateway.bench import prepared
from benchmarks.gateway.subjects import HERE

_NOWHERE = Path()
_MANY = ("two", "big")


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
    """Print the CPU per request of two workers against one, and how evenly they share."""
    costs = {}
    for workers in (1, 2):
        with prepared((), _NOWHERE, pinned=False, workers=workers) as bench:
            started = bench.subjects[0]
            before: dict[int, float] = {}
            samples = []
            for number in range(rounds + 1):
                if number == 1:
                    before = started.server.cpu_by_process()
                samples.append(bench.send(started, "two", 50, seconds))
            used = [
                spent - before.get(pid, 0.0)
                for pid, spent in started.server.cpu_by_process().items()
            ]
            costs[workers] = statistics.median(s.cpu_ms for s in samples[1:])
            busiest = max(used) / sum(used)
            print(
                f"{workers} worker(s): {costs[workers]:.3f} CPU ms a request, "
                f"the busiest process {100 * busiest:.0f} % of it",
                flush=True,
            )
    print(f"{HERE}: two workers cost {costs[2] / costs[1]:.2f} times one's per request")
