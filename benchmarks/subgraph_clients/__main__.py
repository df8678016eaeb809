"""CPU per call of the three HTTP clients behind ``Subgraph``, side by side in one run.

    python -m benchmarks.subgraph_clients                 (2 cores: about 30 s)
    python -m benchmarks.subgraph_clients --calls 20000 --at-once 10

Each client runs in a process of its own, in rounds that take turns; what counts is the CPU time of
that process with all its threads (pyreqwest works in Rust's), the guard around the client included.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import uvloop

from gateway.subgraphs import HttpSubgraph, SubgraphConfig
from gateway.subgraphs.protocol import SubgraphRequest

SIZES = (200, 87_000)
HEADERS = {
    "authorization": f"Bearer {'t' * 600}",
    "x-request-id": "0123456789abcdef0123456789abcdef",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
}
BODY = b'{"query":"query Books__books__0 { books { title } }","variables":{"first":10}}'


def client_called(name: str) -> Callable[[SubgraphConfig], HttpSubgraph]:
    """Return the client ``name``, and import no other."""
    match name:
        case "http1":
            from gateway.subgraphs.http1 import Http1Subgraph  # noqa: PLC0415

            return Http1Subgraph
        case "pyreqwest":
            from gateway.subgraphs.pyreqwest_client import PyreqwestSubgraph  # noqa: PLC0415

            return PyreqwestSubgraph
        case _:
            from gateway.subgraphs.httpx2_client import Httpx2Subgraph  # noqa: PLC0415

            return Httpx2Subgraph


async def measured(name: str, url: str, calls: int, at_once: int) -> float:
    """Return the CPU time of one call in microseconds, connections already open."""
    client = client_called(name)(SubgraphConfig(url))
    loop = asyncio.get_running_loop()

    async def call_often(count: int) -> None:
        for _ in range(count):
            request = SubgraphRequest("books", BODY, HEADERS, loop.time() + 30)
            assert (await client.send(request)).status == 200

    await asyncio.gather(*(call_often(100) for _ in range(at_once)))
    started = time.process_time()
    await asyncio.gather(*(call_often(calls // at_once) for _ in range(at_once)))
    spent = time.process_time() - started
    await client.close()
    return spent / (calls // at_once * at_once) * 1e6


def in_a_process(name: str, port: int, calls: int, at_once: int) -> float:
    """One round of one client."""
    command = [sys.executable, "-m", "benchmarks.subgraph_clients", "--one", name]
    command += ["--port", str(port), "--calls", str(calls), "--at-once", str(at_once)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compare(size: int, calls: int, at_once: int, rounds: int) -> None:
    """Print the medians for replies of ``size`` bytes."""
    command = [sys.executable, "-m", "benchmarks.subgraph_clients.server", str(size)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        found: dict[str, list[float]] = {"http1": [], "pyreqwest": [], "httpx2": []}
        try:
            for _ in range(rounds):
                for name, times in found.items():
                    own = calls if name != "httpx2" else calls // 4
                    times.append(in_a_process(name, port, own, at_once))
        finally:
            server.terminate()
    medians = {name: statistics.median(times) for name, times in found.items()}
    print(f"replies of {size:,} bytes, {at_once} at once")
    for name, median in medians.items():
        ratio = median / medians["http1"]
        print(f"  {name:10} {ratio:5.1f} ×   {median:7.1f} µs a call")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=8_000)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        url = f"http://127.0.0.1:{given.port}/graphql"
        print(uvloop.run(measured(given.one, url, given.calls, given.at_once)))
        return
    for size in SIZES:
        compare(size, given.calls, given.at_once, given.rounds)


if __name__ == "__main__":
    main()
