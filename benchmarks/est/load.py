"""The load, as a process of its own: its order as JSON on stdin, what came back on stdout."""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from typing import Any, cast

import httptools
import msgspec
import orjson
import uvloop


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


class Run:
    """What all connections share."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.numbers = itertools.count()
        self.run_id = f"{time.time_ns():016x}"  # so that Hive joins no requests of two clients
        self.head = "".join(f"{name}: {value}\r\n" for name, value in order.headers.items())
        self.waits: list[float] = []
        self.errors = 0
        self.ends = time.perf_counter() + order.seconds
        self.left = order.connections
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def next_request(self) -> bytes:
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

    def answered(self, status: int, body: bytes, wait: float) -> None:
        self.waits.append(wait)
        if status != 200 or b'"errors"' in body:
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
        self.run.answered(self.parser.get_status_code(), b"".join(self.parts), now - self.sent)
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
    for _ in range(order.connections):
        await loop.create_connection(lambda: Connection(shared), "127.0.0.1", order.port)
    await shared.over
    waits = sorted(1_000 * wait for wait in shared.waits)
    return Outcome(len(waits), waits[len(waits) // 2], waits[len(waits) * 99 // 100], shared.errors)


if __name__ == "__main__":
    given = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(run(given))))
