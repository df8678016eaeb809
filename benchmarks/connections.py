"""Connections that each send the next request when they have the last one's answer."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from typing import cast

import httptools


class Run(ABC):
    """What all connections share: the requests to send and the times of the answers."""

    def __init__(self, port: int, connections: int, seconds: float) -> None:
        self.waits: list[float] = []
        self.errors = 0
        self.ends = time.perf_counter() + seconds
        self._port = port
        self._connections = self._left = connections
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @abstractmethod
    def next_request(self) -> bytes:
        """Head and body, ready to be written."""

    @abstractmethod
    def is_right(self, body: bytes) -> bool:
        """Whether an answer is what it should be."""

    async def until_over(self) -> None:
        """Send until the time is over and all answers are there."""
        loop = asyncio.get_running_loop()
        for _ in range(self._connections):
            await loop.create_connection(lambda: Connection(self), "127.0.0.1", self._port)
        await self._over

    def percentile(self, of_hundred: int) -> float:
        """So many of a hundred answers took at most this long, in milliseconds."""
        return 1_000 * sorted(self.waits)[len(self.waits) * of_hundred // 100]

    def answered(self, status: int, body: bytes, wait: float) -> None:
        """An answer came."""
        self.waits.append(wait)
        if not self.is_right(body) or status != 200:
            self.errors += 1

    def closed(self) -> None:
        """A connection is gone."""
        self._left -= 1
        if self._left == 0 and not self._over.done():
            self._over.set_result(None)


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
