"""A server of raw bytes on a real socket: for what no well-behaved server does."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Reply = Callable[[asyncio.StreamWriter, "RawServer"], Awaitable[None]]
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


@dataclass
class RawServer:
    """``replies`` are used one after the other, the last for all further requests."""

    replies: list[Reply]
    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    open_connections: int = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read requests off one connection and answer each in its own way."""
        self.connections += 1
        self.open_connections += 1
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                lengths = (
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                )
                length = next(lengths, 0)
                self.requests.append(head + await reader.readexactly(length))
                number = min(len(self.requests), len(self.replies)) - 1
                await self.replies[number](writer, self)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open_connections -= 1
            writer.close()

    async def until_asked(self, times: int = 1) -> None:
        """Wait for so many requests in all."""
        async with asyncio.timeout(30):
            while len(self.requests) < times:
                await asyncio.sleep(0.005)

    async def until_left(self) -> None:
        """Wait until every client has closed its connection, or had it closed."""
        async with asyncio.timeout(30):
            while self.open_connections:
                await asyncio.sleep(0.005)


@asynccontextmanager
async def raw_server(
    *replies: Reply, port: int = 0, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[RawServer]:
    """Serve ``replies`` on ``host`` while the block runs."""
    served = RawServer(list(replies))
    async with listening(served.handle, host, port, tls) as listener:
        scheme = "http" if tls is None else "https"
        authority = f"[{host}]" if ":" in host else host
        served.url = f"{scheme}://{authority}:{listener}/graphql"
        yield served


@asynccontextmanager
async def listening(
    handle: Handler, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Handle connections while the block runs; its value is the port. Nothing is left of them."""
    tasks: set[asyncio.Task[None]] = set()
    accepted: list[tuple[asyncio.WriteTransport, socket.socket]] = []

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.append((writer.transport, writer.get_extra_info("socket")))
        task = asyncio.create_task(handle(reader, writer))
        tasks.add(task)
        # Not in the task: it may be cancelled before it begins.
        task.add_done_callback(lambda _: writer.close())

    server = await asyncio.start_server(connected, host, port, ssl=tls)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for _ in range(5):
            # One that was accepted just before begins in the loop's next turns; what was closed
            # is let go of then, too, but not while its peer reads nothing: so it is aborted.
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for transport, sock in accepted:
                # asyncio raises where a closed transport has just written its last bytes out.
                if sock.fileno() != -1:
                    transport.abort()
            await asyncio.sleep(0)


def whole(body: bytes, *, status: str = "200 OK", headers: str = "") -> Reply:
    """A complete, well-formed answer."""

    async def reply(writer: asyncio.StreamWriter, _server: RawServer) -> None:
        writer.write(
            f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{headers}"
            f"content-length: {len(body)}\r\n\r\n".encode()
            + body
        )
        await writer.drain()

    return reply


async def dying(writer: asyncio.StreamWriter, _server: RawServer) -> None:
    """The connection dies in the middle of a body."""
    writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"data":')
    await writer.drain()
    writer.close()


async def hanging_up(writer: asyncio.StreamWriter, _server: RawServer) -> None:
    """The connection is closed without an answer."""
    writer.close()


async def trickling(writer: asyncio.StreamWriter, _server: RawServer) -> None:
    """A byte every 20 ms, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silent(_writer: asyncio.StreamWriter, _server: RawServer) -> None:
    """No answer, ever."""
    await asyncio.sleep(3600)


def sending(*pieces: bytes, close: bool = False, pause: float = 0.0) -> Reply:
    """These bytes, ``pause`` seconds apart, whatever they are; then the end, if ``close``."""

    async def reply(writer: asyncio.StreamWriter, _server: RawServer) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        if close:
            writer.close()

    return reply


def resetting(*pieces: bytes) -> Reply:
    """These bytes, then a reset: the connection ends without an orderly end."""

    async def reply(writer: asyncio.StreamWriter, _server: RawServer) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        await asyncio.sleep(0.02)
        # Closing with a linger time of 0 sends RST.
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return reply
