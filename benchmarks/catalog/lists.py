"""What a page of fifty offers costs the catalog service, against the same SQL without GraphQL.

CPU of the server's process per request, ratios first; medians of interleaved rounds.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass

import httpx2

from benchmarks.catalog.database import catalog_with
from benchmarks.catalog.processes import KEY, Server, catalog_environment, serving

PLAIN = "id title description quantityTotal quantityAvailable pickupStart pickupEnd status"
NESTED = (
    f"{PLAIN} availability tags price {{ amount currency }} originalPrice {{ amount currency }}"
)
DOCUMENTS = {
    "12 plain fields": f"{PLAIN} availability tags createdAt updatedAt",
    "12 fields, 2 of them money": NESTED,
    "and each place": f"{NESTED} place {{ id name }}",
}
QUERY = "query($first: Int!) {{ offers(first: $first) {{ edges {{ cursor node {{ {} }} }} }} }}"


@dataclass(frozen=True, slots=True)
class Sample:
    """One round: CPU and wall time per request, in milliseconds."""

    cpu: float
    median: float


async def measure(rounds: int, requests: int) -> None:
    """Print the table."""
    async with (
        catalog_with(10_000) as url,
        serving("benchmarks.catalog.bare", DATABASE_URL=url) as bare,
        serving("catalog_service", **catalog_environment(url)) as catalog,
    ):
        subjects = {
            "bare": (bare, QUERY.format("id")),
            "bare, and each place": (bare, QUERY.format("id place { id }")),
        }
        subjects |= {name: (catalog, QUERY.format(f)) for name, f in DOCUMENTS.items()}
        samples: dict[str, list[Sample]] = {name: [] for name in subjects}
        for number in range(rounds + 1):
            for name, (server, query) in subjects.items():
                sample = await _round(server, query, requests)
                if number:  # the first round warms up
                    samples[name].append(sample)
    _print(samples)


async def _round(server: Server, query: str, requests: int, connections: int = 4) -> Sample:
    body = {"query": query, "variables": {"first": 50}}
    times: list[float] = []
    async with httpx2.AsyncClient(headers={"X-Gateway-Key": KEY}, timeout=30) as client:

        async def caller() -> None:
            for _ in range(requests // connections):
                began = time.perf_counter()
                answer = await client.post(f"{server.url}/graphql", json=body)
                times.append(time.perf_counter() - began)
                if answer.status_code != httpx2.codes.OK or b'"errors"' in answer.content:
                    raise RuntimeError(answer.text[:500])

        await caller()
        times.clear()
        before = server.cpu()
        await asyncio.gather(*(caller() for _ in range(connections)))
        spent = server.cpu() - before
    return Sample(1000 * spent / len(times), 1000 * statistics.median(times))


def _print(samples: dict[str, list[Sample]]) -> None:
    cpu = {name: statistics.median(s.cpu for s in found) for name, found in samples.items()}
    wall = {name: statistics.median(s.median for s in found) for name, found in samples.items()}
    print("offers(first: 50) at the catalog service, 4 connections")
    for name in samples:
        ratio = cpu[name] / cpu["bare, and each place" if "place" in name else "bare"]
        print(f"  {ratio:6.2f} x  {cpu[name]:7.3f} ms CPU  {wall[name]:7.2f} ms median  {name}")
