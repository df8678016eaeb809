"""Many clients that ask for the same list at once, in a process of their own."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.flood.clients import Connection

RETRY_AFTER_SECONDS = 1.0
CONNECT_FAULTS = (OSError, asyncio.IncompleteReadError)


@dataclass(frozen=True, slots=True)
class Order:
    """``patient``: refused, come back after a second, as Retry-After says; else at once."""

    port: int
    query: str
    clients: int
    seconds: float
    patient: bool


def kind_of(status: int, body: bytes) -> str:
    """``served``, ``refused`` (to come back), or the codes it ended in."""
    reply: dict[str, Any] = json.loads(body)
    codes = sorted({error["extensions"]["code"] for error in reply.get("errors", [])})
    if status == 200:
        return " ".join(codes) or "served"
    return "refused" if status in {429, 503} and codes == ["UNAVAILABLE"] else f"{status} {codes}"


async def run(order: Order) -> dict[str, list[float]]:
    """Send until the time is over; seconds that each answer took, by kind."""
    waits: dict[str, list[float]] = {}
    ends = time.perf_counter() + order.seconds

    async def client() -> None:
        connection = Connection(order.port)
        while (began := time.perf_counter()) < ends:
            try:
                kind = kind_of(*await connection.ask(order.query))
            except CONNECT_FAULTS:
                kind, connection = "connection lost", Connection(order.port)
            waits.setdefault(kind, []).append(time.perf_counter() - began)
            if kind == "refused" and order.patient:
                await asyncio.sleep(RETRY_AFTER_SECONDS)
        connection.close()

    await asyncio.gather(*(client() for _ in range(order.clients)))
    return waits


async def run_apart(order: Order) -> dict[str, list[float]]:
    """As ``run``, in a process of its own: what it does must not delay whoever else measures."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(json.dumps(asdict(order)).encode())
    waits: dict[str, list[float]] = json.loads(out)
    return waits


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(Order(**json.load(sys.stdin))))))
