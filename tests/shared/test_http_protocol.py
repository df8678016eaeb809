"""Connections that say nothing, or less and less: each ends at its deadline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from gateway.http.protocol import protocol_with
from shared.http_protocol import StrictProtocol
from tests.testkit.server import listening

REQUEST = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
UNREAD = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n"
PROTOCOLS: dict[str, Callable[[], type[StrictProtocol]]] = {
    "service": lambda: type("Hasty", (StrictProtocol,), {"header_seconds": 0.5}),
    "gateway": lambda: protocol_with(0.5),
}


async def hello(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


@asynccontextmanager
async def serving(protocol: Any) -> AsyncIterator[int]:
    """Serve hello with half a second of patience for anything; the port."""
    app = Starlette(routes=[Route("/", hello)])
    async with listening(app, http=protocol, timeout_keep_alive=1) as port:
        yield port


@pytest.mark.parametrize("name", PROTOCOLS)
@pytest.mark.parametrize(
    ("pieces", "answers"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param([b"\r\n"], 0, id="an empty line"),
        pytest.param([b"GET / HTTP/1.1\r\nho"], 0, id="half a head"),
        pytest.param([REQUEST], 1, id="a request"),
        pytest.param([REQUEST, b"\r\n"], 1, id="an empty line behind it"),
        pytest.param([REQUEST, *[b"\r\n"] * 5], 1, id="empty lines behind it"),
        pytest.param([REQUEST, REQUEST, b"\r\n"], 2, id="two, and an empty line"),
        pytest.param([UNREAD, *[b"x"] * 5], 1, id="a body that nobody reads"),
        pytest.param([REQUEST, b"GET"], 1, id="half a head behind it"),
    ],
)
async def test_whoever_says_nothing_more_is_closed(
    name: str, pieces: list[bytes], answers: int
) -> None:
    async with serving(PROTOCOLS[name]()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.1)
        async with asyncio.timeout(20):
            received = await reader.read()
        writer.close()
    assert received.count(b"HTTP/1.1 ") == answers


@pytest.mark.parametrize("name", PROTOCOLS)
async def test_what_came_while_the_process_was_held_is_answered(name: str) -> None:
    """Its clock rings before it looks at its sockets, once in the first head and once later."""
    made: list[StrictProtocol] = []

    class Noted(PROTOCOLS[name]()):  # type: ignore[misc]
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            made.append(self)

    async with serving(Noted) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(20):
            while not made:
                await asyncio.sleep(0)
            for ring in (made[0]._late, made[0].timeout_keep_alive_handler):
                if made[0]._idle_since is not None:
                    made[0]._idle_since -= 3_600
                writer.write(REQUEST)
                ring()
                assert await reader.readuntil(b"hello")
            assert not made[0].transport.is_closing()
            assert await reader.read() == b""  # it is closed all the same, when nothing comes
        writer.close()
