"""The load: connections that each send the next request when they have the last one's answer.

Runs as a process of its own (``python -m benchmarks.gateway.load``, its order as JSON on stdin),
so that making requests does not delay what is measured.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from collections.abc import Iterator
from typing import cast

import httptools
import msgspec
import uvloop

from benchmarks.gateway.documents import WORKLOADS, is_cold


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


class Run:
    """What all connections share: the requests to send and the times of the answers."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.body = WORKLOADS[order.workload]
        self.numbers: Iterator[int] = itertools.count(order.first)
        self.expects_same = not is_cold(order.workload)
        self.expected: bytes | None = None
        self.waits: list[float] = []
        self.errors = 0
        self.ends = time.perf_counter() + order.seconds
        self.left = order.connections
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def next_request(self) -> bytes:
        number = next(self.numbers)
        body = self.body(number)
        head = (
            f"POST {self.order.path} HTTP/1.1\r\nhost: 127.0.0.1:{self.order.port}\r\n"
            "content-type: application/json\r\naccept: application/json\r\n"
            f"authorization: Bearer {self.order.token}\r\nx-request-id: {number:032x}\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def answered(self, status: int, body: bytes, wait: float) -> None:
        self.waits.append(wait)
        if self.expected is None and self.expects_same:
            self.expected = body
        is_right = body == self.expected if self.expects_same else b'"errors"' not in body
        if status != 200 or not is_right:
            self.errors += 1

    def closed(self) -> None:
        self.left -= 1
        if self.left == 0 and not self.over.done():
            self.over.set_result(None)


class Connection(asyncio.Protocol):
    """One kept connection; the callbacks' names are httptools'."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.parser = httptools.HttpResponseParser(self)
        self.parts: list[bytes] = []
        self.sent = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.send()

    def connection_lost(self, _exc: Exception | None) -> None:
        if self.transport is not None:  # not by us
            self.run.errors += 1
        self.run.closed()

    def send(self) -> None:
        assert self.transport is not None
        request = self.run.next_request()
        self.sent = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self.parts.append(body)

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        status = self.parser.get_status_code()
        self.run.answered(status, b"".join(self.parts), now - self.sent)
        self.parts.clear()
        if now < self.run.ends:
            self.send()
        elif self.transport is not None:
            transport, self.transport = self.transport, None
            transport.close()


async def run(order: Order) -> Outcome:
    """Send until the time is over and all answers are there."""
    shared = Run(order)
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    for _ in range(order.connections):
        await loop.create_connection(lambda: Connection(shared), "127.0.0.1", order.port)
    await shared.over
    took = time.perf_counter() - began
    waits = sorted(1_000 * wait for wait in shared.waits)
    p99 = waits[len(waits) * 99 // 100]
    return Outcome(len(waits), took, waits[len(waits) // 2], p99, shared.errors)


if __name__ == "__main__":
    given = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(run(given))))
