"""The load, as a process of its own: its order as JSON on stdin, what came back on stdout."""

from __future__ import annotations

import itertools
import sys
import time
from typing import Any

import msgspec
import orjson
import uvloop

from benchmarks.connections import Run


class Order(msgspec.Struct, frozen=True):
    """What to send. Where ``key`` is a text, each request gets a key of its own that begins so."""

    port: int
    path: str
    headers: dict[str, str]
    query: str
    variables: dict[str, str]
    key: str | None
    connections: int
    seconds: float


class Outcome(msgspec.Struct, frozen=True):
    """What came back; the median and the 99th percentile in milliseconds."""

    requests: int
    p50: float
    p99: float
    errors: int


class Requests(Run):
    """Requests of one workload."""

    def __init__(self, order: Order) -> None:
        super().__init__(order.port, order.connections, order.seconds)
        self.order = order
        self.numbers = itertools.count()
        self.run_id = f"{time.time_ns():016x}"  # so that Hive joins no requests of two clients
        self.head = "".join(f"{name}: {value}\r\n" for name, value in order.headers.items())

    def next_request(self) -> bytes:
        """See Run."""
        order, variables = self.order, dict[str, Any](self.order.variables)
        number = next(self.numbers)
        if order.key is not None:
            variables["key"] = f"{order.key}-{number}"
        body = orjson.dumps({"query": order.query, "variables": variables})
        return (
            f"POST {order.path} HTTP/1.1\r\nhost: 127.0.0.1:{order.port}\r\n{self.head}"
            f"x-request-id: {self.run_id}{number:016x}\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        ).encode() + body

    def is_right(self, body: bytes) -> bool:
        """See Run."""
        return b'"errors"' not in body


async def run(order: Order) -> Outcome:
    """Send until the time is over and all answers are there."""
    requests = Requests(order)
    await requests.until_over()
    p50, p99 = requests.percentile(50), requests.percentile(99)
    return Outcome(len(requests.waits), p50, p99, requests.errors)


if __name__ == "__main__":
    given = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(run(given))))
