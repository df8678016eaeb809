"""The load: connections that each send the next request when they have the last one's answer.

Runs as a process of its own (``python -m benchmarks.gateway.load``, its order as JSON on stdin),
so that making requests does not delay what is measured.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterator

import msgspec
import uvloop

from benchmarks.connections import Run
from benchmarks.gateway.documents import WORKLOADS, is_answered_alike


class Order(msgspec.Struct, frozen=True):
    """What to send. ``first``: the number of the first request; no two runs share numbers."""

    port: int
    path: str
    token: str
    workload: str
    connections: int
    seconds: float
    first: int


class Outcome(msgspec.Struct, frozen=True):
    """What came back; the median and the 99th percentile in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int


class Requests(Run):
    """Requests of one workload."""

    def __init__(self, order: Order) -> None:
        super().__init__(order.port, order.connections, order.seconds)
        self.order = order
        self.body = WORKLOADS[order.workload]
        self.numbers: Iterator[int] = itertools.count(order.first)
        self.expects_same = is_answered_alike(order.workload)
        self.expected: bytes | None = None

    def next_request(self) -> bytes:
        """See Run."""
        number = next(self.numbers)
        body = self.body(number)
        head = (
            f"POST {self.order.path} HTTP/1.1\r\nhost: 127.0.0.1:{self.order.port}\r\n"
            "content-type: application/json\r\naccept: application/json\r\n"
            f"authorization: Bearer {self.order.token}\r\nx-request-id: {number:032x}\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def is_right(self, body: bytes) -> bool:
        """Like the first one's, or without errors where each is another."""
        if not self.expects_same:
            return b'"errors"' not in body
        if self.expected is None:
            self.expected = body
        return body == self.expected


async def run(order: Order) -> Outcome:
    """Send until the time is over and all answers are there."""
    requests = Requests(order)
    began = time.perf_counter()
    await requests.until_over()
    took = time.perf_counter() - began
    p50, p99 = requests.percentile(50), requests.percentile(99)
    return Outcome(len(requests.waits), took, p50, p99, requests.errors)


if __name__ == "__main__":
    given = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(run(given))))
