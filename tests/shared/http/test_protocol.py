"""Connections that say nothing, or less and less: each ends at its deadline."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from gateway.http.protocol import protocol_with
from shared.http import unread_answers
from shared.http.protocol import StrictProtocol
from tests.testkit.loop_clock import LoopClock, loop_clock
from tests.testkit.server import listening

REQUEST = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
UNREAD = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n"
PROTOCOLS: dict[str, Callable[[], type[StrictProtocol]]] = {
    "service": lambda: type("Timed", (StrictProtocol,), {"header_seconds": 30}),
    "gateway": lambda: protocol_with(30),
}


async def hello(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


@asynccontextmanager
async def serving(protocol: Any) -> AsyncIterator[int]:
    """Serve hello with half a minute of patience for a head, a minute for the next; the port."""
    app = Starlette(routes=[Route("/", hello)])
    async with listening(app, http=protocol, timeout_keep_alive=60) as port:
        yield port


async def read_to_its_end(reader: asyncio.StreamReader, clock: LoopClock) -> bytes:
    """What comes within two minutes, in which nothing more is said."""
    received = asyncio.create_task(reader.read())
    for _ in range(24):
        await asyncio.sleep(0.02)
        clock.ahead += 5
        if received.done():
            break
    async with asyncio.timeout(60):
        return await received


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
    with loop_clock() as clock:
        async with serving(PROTOCOLS[name]()) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0.02)
                clock.ahead += 5
            received = await read_to_its_end(reader, clock)
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

    with loop_clock() as clock:
        async with serving(Noted) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            while not made:
                await asyncio.sleep(0)
            for ring in (made[0]._late, made[0].timeout_keep_alive_handler):
                if made[0]._idle_since is not None:
                    made[0]._idle_since -= 3_600
                writer.write(REQUEST)
                ring()
                assert await reader.readuntil(b"hello")
            assert not made[0].transport.is_closing()
            # it is closed all the same, when nothing comes
            assert await read_to_its_end(reader, clock) == b""
            writer.close()


@pytest.mark.parametrize("name", PROTOCOLS)
async def test_whoever_sent_several_requests_and_vanished_is_waited_for_by_none(name: str) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def wait(request: Request) -> PlainTextResponse:
        begun.set()
        while (await request.receive())["type"] != "http.disconnect":
            pass
        ended.set()
        return PlainTextResponse("too late")

    app = Starlette(routes=[Route("/", hello), Route("/wait", wait)])
    async with listening(app, http=PROTOCOLS[name]()) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUEST + REQUEST.replace(b"/ ", b"/wait ", 1) + REQUEST * 2)
        async with asyncio.timeout(60):
            await begun.wait()
            writer.transport.abort()
            await ended.wait()


@pytest.mark.parametrize("name", PROTOCOLS)
async def test_half_a_head_costs_no_answer_that_is_under_way(name: str) -> None:
    """It may have come before we stopped reading, for the request in front of it."""
    begun, may_answer = asyncio.Event(), asyncio.Event()

    async def wait(_request: Request) -> PlainTextResponse:
        begun.set()
        await may_answer.wait()
        return PlainTextResponse("hello")

    app = Starlette(routes=[Route("/", wait)])
    with loop_clock() as clock:
        async with listening(app, http=PROTOCOLS[name](), timeout_keep_alive=60) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST + REQUEST[:-2])
            async with asyncio.timeout(3_600):
                await begun.wait()
            for _ in range(4):
                clock.ahead += 31
                await asyncio.sleep(0.1)
            may_answer.set()
            received = await read_to_its_end(reader, clock)
            writer.close()
    assert received.count(b"hello") == 1


async def much(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("x" * 20_000_000)


@asynccontextmanager
async def asked_for_much(
    protocol: type[StrictProtocol],
) -> AsyncIterator[tuple[StrictProtocol, asyncio.StreamReader, asyncio.Event]]:
    """Two answers on their way to a client with small buffers: the server's side of its
    connection, the client's, and whether it was lost.
    """
    made: list[StrictProtocol] = []
    lost = asyncio.Event()

    class Noted(protocol):  # type: ignore[misc,valid-type]
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            made.append(self)

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            lost.set()

    app = Starlette(routes=[Route("/", much)])
    async with listening(app, http=Noted, timeout_keep_alive=60) as port:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        sock.connect(("127.0.0.1", port))
        reader, writer = await asyncio.open_connection(sock=sock, limit=4_096)
        writer.write(REQUEST * 2)
        while not (made and made[0].transport.get_write_buffer_size()):
            await asyncio.sleep(0.01)
        yield made[0], reader, lost
        writer.close()


async def pass_two_minutes(clock: LoopClock, until: asyncio.Event) -> None:
    for _ in range(24):
        if until.is_set():
            return
        clock.ahead += 5
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("name", PROTOCOLS)
async def test_whoever_does_not_read_its_answers_is_cut_off(name: str) -> None:
    with loop_clock() as clock:
        async with asked_for_much(PROTOCOLS[name]()) as (_, _, lost):
            await pass_two_minutes(clock, until=lost)
            assert lost.is_set()


@pytest.mark.parametrize("name", PROTOCOLS)
async def test_whoever_reads_slowly_is_served(name: str) -> None:
    with loop_clock() as clock:
        async with asked_for_much(PROTOCOLS[name]()) as (_, reader, lost):
            for _ in range(24):
                assert len(await reader.readexactly(100_000)) == 100_000
                clock.ahead += 5
                await asyncio.sleep(0.02)
            assert not lost.is_set()


@pytest.mark.parametrize("reads", [False, True])
@pytest.mark.parametrize("name", PROTOCOLS)
async def test_answers_that_nobody_reads_hold_so_much_together(
    name: str, reads: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unread_answers, "MOST_BYTES", 30_000_000)
    with loop_clock() as clock:
        async with (
            asked_for_much(PROTOCOLS[name]()) as (_, reader, lost),
            asked_for_much(PROTOCOLS[name]()) as (_, other, other_lost),
        ):
            for _ in range(24):
                if reads:
                    await reader.readexactly(100_000)
                await other.readexactly(100_000)
                clock.ahead += 0.5
                await asyncio.sleep(0.02)
            if not reads:
                async with asyncio.timeout(3_600):
                    await lost.wait()
            assert (lost.is_set(), other_lost.is_set()) == (not reads, False)


@pytest.mark.parametrize("name", PROTOCOLS)
async def test_an_idle_connection_whose_answer_nobody_reads_is_closed(name: str) -> None:
    """Its answer is short enough to hold up nothing, and there when it should be closed."""
    with loop_clock() as clock:
        async with asked_for_much(PROTOCOLS[name]()) as (connection, _, lost):
            connection.end_watching()  # as if it had never been long
            connection._idle_since = connection.loop.time() - 3_600
            connection._close_idle(connection._idle_since)
            await pass_two_minutes(clock, until=lost)
            assert lost.is_set()
