"""A network that swallows: what is sent arrives nowhere, and nobody is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.testkit.raw_server import listening


class Network:
    """A way to a port of this machine. ``swallow``: from now on nothing passes on it."""

    def __init__(self, to: int) -> None:
        self.to = to
        self.port = 0
        self._is_open = True
        self._streams: list[asyncio.Event] = []

    def swallow(self) -> None:
        """Let nothing through, on connections that are there and on new ones."""
        self._is_open = False
        for swallowed in self._streams:
            swallowed.set()

    def heal(self) -> None:
        """Let new connections through; those that were there stay lost."""
        self._is_open = True

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        swallowed = asyncio.Event()
        self._streams.append(swallowed)
        if not self._is_open:
            swallowed.set()
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to)
        await asyncio.gather(
            _pass_on(reader, far_writer, swallowed), _pass_on(far_reader, writer, swallowed)
        )


async def _pass_on(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, swallowed: asyncio.Event
) -> None:
    try:
        with suppress(OSError):
            while data := await source.read(65_536):
                if not swallowed.is_set():
                    sink.write(data)
                    await sink.drain()
            if swallowed.is_set():
                await asyncio.Event().wait()  # an end does not arrive, either
    finally:
        sink.transport.abort()


@asynccontextmanager
async def network_to(port: int) -> AsyncIterator[Network]:
    """A network before ``port``; ``network.port`` leads there."""
    network = Network(port)
    async with listening(network.handle) as network.port:
        yield network
