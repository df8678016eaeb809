"""``python -m benchmarks.load --clients 200 --seconds 60``: more than can be served, for a while.

One gateway and both services as processes, over a database of their own with a thousand offers.
Each client asks for fifty offers with what belongs to them in both services, again and again;
whoever is refused waits for the second that Retry-After says (``--impatient``: asks again at once).
Meanwhile each server is asked for its liveness. Exit status 1 if a client got anything but an
answer or a refusal, or nobody was served.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import httpx2

from benchmarks.catalog.data import load
from benchmarks.load.clients import Order, run_apart
from est.postgres import EmbeddedPostgres
from tests.testkit.fleet import Fleet, Server, fleet
from tests.testkit.postgres import Databases

NODE = "id title price { amount } place { name partnerships { partner { id role } } }"
LIST = f"{{ offers(first: 50) {{ edges {{ node {{ {NODE} }} }} }} }}"
PROBES_A_SECOND = 20


async def probe(server: Server, waits: list[float]) -> None:
    """Ask for liveness over and over."""
    async with httpx2.AsyncClient(base_url=server.url, timeout=60) as http:
        while True:
            began = time.perf_counter()
            (await http.get("/health/live")).raise_for_status()
            waits.append(time.perf_counter() - began)
            await asyncio.sleep(1 / PROBES_A_SECOND)


def line(name: str, waits: list[float]) -> str:
    """How many, and how long, in a row of the table."""
    ordered = sorted(1_000 * wait for wait in waits)
    shown = [ordered[len(ordered) * share // 100] for share in (50, 99)] + [ordered[-1]]
    return f"{name:24}{len(ordered):8}" + "".join(f"{value:10.0f}" for value in shown)


async def measure(running: Fleet, order: Order) -> dict[str, list[float]]:
    """Run the clients; print what came of it."""
    lives = [(server, server.cpu_seconds(), list[float]()) for server in running.servers]
    probing = [asyncio.create_task(probe(server, waits)) for server, _, waits in lives]
    began = time.perf_counter()
    waits = await run_apart(order)
    took = time.perf_counter() - began
    for task in probing:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    print(f"{'answers':24}{'count':>8}{'p50 ms':>10}{'p99 ms':>10}{'longest':>10}")
    for kind in sorted(waits):
        print(line(kind, waits[kind]))
    for server, before, seconds in lives:
        used = (server.cpu_seconds() - before) / took
        print(line(f"liveness of {server.name}", seconds) + f"{used:10.0%} of a core")
    return waits


async def run(folder: Path, options: argparse.Namespace) -> int:
    """Start everything, measure, stop."""
    with EmbeddedPostgres(folder / "postgres", durable=False, max_connections=200) as database:
        async with fleet(folder, Databases(database)) as running:
            await load(running.catalog_database, 1_000, 50)
            port = running.gateway_servers[0].port
            await run_apart(Order(port, LIST, 1, 1.0, patient=True))  # warms up
            order = Order(port, LIST, options.clients, options.seconds, not options.impatient)
            waits = await measure(running, order)
    return 0 if waits.keys() <= {"served", "refused"} and waits.get("served") else 1


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--impatient", action="store_true", help="refused, ask again at once")
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(run(Path(folder), parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
