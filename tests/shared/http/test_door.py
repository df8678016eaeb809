"""While no query could be served in time, they are turned away before anybody reads them."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.graphql.view import door_of
from shared.http.admission import Admission
from shared.http.door import LONG_BODY, GuardedProtocol, protocol_with, settle_arrival
from shared.http.metrics import Metrics
from shared.loop.starts import STARTED_IN_A_TURN
from tests.testkit.server import listening

QUERY = json.dumps({"query": "{ things { id } }"}).encode()
MUTATIONS = [
    json.dumps({"query": "mutation { make }"}).encode(),
    rb'{"query": "\u006dutation { make }"}',
    json.dumps(
        {"query": "query($t: String) { a(t: $t) }", "variables": {"t": "mutation"}}
    ).encode(),
]


@dataclass
class Service:
    """A service on a port, its admission, and the bodies that got past the door."""

    admission: Admission
    metrics: Metrics
    port: int = 0
    read: list[bytes] = field(default_factory=list)
    held: asyncio.Event | None = None
    turns: list[int] = field(default_factory=lambda: [0])
    """Requests that began in each turn of the loop."""
    received: int = 0
    """Bytes that came, on all connections."""

    async def until_received(self, count: int) -> None:
        async with asyncio.timeout(60):
            while self.received < count:
                await asyncio.sleep(0.005)

    def counting(self, protocol: type[GuardedProtocol]) -> type[GuardedProtocol]:
        """A protocol that says what came."""
        service = self

        class Counting(protocol):  # type: ignore[valid-type, misc]
            def data_received(self, data: bytes) -> None:
                super().data_received(data)
                service.received += len(data)

        return Counting

    async def follow(self) -> None:
        while True:
            self.turns.append(0)
            await asyncio.sleep(0)

    def begins(self, app: ASGIApp) -> ASGIApp:
        async def begun(scope: Scope, receive: Receive, send: Send) -> None:
            self.turns[-1] += scope["path"] == "/graphql"
            await app(scope, receive, send)

        return begun

    async def answer(self, request: Request) -> PlainTextResponse:
        self.read.append(await request.body())
        if self.held is not None:
            await self.held.wait()
        settle_arrival(request.scope["state"])
        return PlainTextResponse("read")

    def refused(self) -> float:
        labels = {"path": "/graphql", "method": "POST", "status": "503"}
        return self.metrics.registry.get_sample_value("http_requests_total", labels) or 0.0


@asynccontextmanager
async def serving() -> AsyncIterator[Service]:
    service = Service(Admission(slots=2, requests=500, patience=0.5), Metrics())

    async def health(_: Request) -> PlainTextResponse:
        return PlainTextResponse("well")

    routes = [Route("/graphql", service.answer, methods=["POST"]), Route("/health/live", health)]
    app = service.begins(Starlette(routes=routes))
    protocol = protocol_with(door_of(service.admission, service.metrics))
    async with listening(app, http=service.counting(protocol)) as service.port:
        yield service


def head(length: int, more: str = "", path: str = "/graphql") -> bytes:
    text = f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n{more}\r\n"
    return text.encode()


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def sent(service: Service, *pieces: bytes) -> Stream:
    """A connection on which each piece has come before the next is sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    for piece in pieces:
        expected = service.received + len(piece)
        writer.write(piece)
        await service.until_received(expected)
    return reader, writer


async def status_of(stream: Stream) -> int:
    """Read one answer; its status."""
    async with asyncio.timeout(60):
        text = await stream[0].readuntil(b"\r\n\r\n")
        length = int(text.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await stream[0].readexactly(length)
    if b" 503 " in text:
        assert b"retry-after: 1\r\n" in text
    return int(text.split()[1])


@pytest.fixture
async def busy() -> AsyncIterator[Service]:
    """A service with room for nobody."""
    async with serving() as service:
        service.admission.arriving = 100
        yield service


async def test_a_query_is_refused_unread_and_its_connection_goes_on(busy: Service) -> None:
    stream = await sent(busy, (head(len(QUERY)) + QUERY) * 3)
    assert [await status_of(stream) for _ in range(3)] == [503] * 3
    assert (busy.read, busy.admission.refused, busy.refused()) == ([], 3, 3.0)
    busy.admission.arriving = 0
    stream[1].write(head(len(QUERY)) + QUERY)
    assert await status_of(stream) == 200
    assert busy.read == [QUERY]
    stream[1].close()


@pytest.mark.parametrize("body", MUTATIONS)
async def test_what_may_be_a_mutation_is_let_in(busy: Service, body: bytes) -> None:
    stream = await sent(busy, head(len(body)) + body)
    assert await status_of(stream) == 200
    assert busy.read == [body]
    stream[1].close()


@pytest.mark.parametrize("cut", [0, 1, len(QUERY) - 1])
async def test_a_body_that_comes_in_pieces_is_read_whole(busy: Service, cut: int) -> None:
    stream = await sent(busy, head(len(QUERY)) + QUERY[:cut], QUERY[cut:])
    assert await status_of(stream) == 200
    assert busy.read == [QUERY]
    stream[1].close()


async def test_a_long_body_is_not_waited_for(busy: Service) -> None:
    stream = await sent(busy, head(LONG_BODY + 1) + b" " * 1_000)
    assert await status_of(stream) == 503
    stream[1].write(b"x" * 100_000)  # nothing of it is taken for a request
    async with asyncio.timeout(60):
        assert await stream[0].read() == b""
    assert busy.read == []
    stream[1].close()


async def test_liveness_and_other_paths_are_never_refused(busy: Service) -> None:
    stream = await sent(busy, b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
    assert await status_of(stream) == 200
    stream[1].close()
    other = await sent(busy, head(len(QUERY), path="/other") + QUERY)
    assert await status_of(other) == 404
    other[1].close()


@pytest.mark.parametrize("more", ["connection: close\r\n", "expect: 100-continue\r\n"])
async def test_what_a_head_asks_for_is_kept_to(busy: Service, more: str) -> None:
    stream = await sent(busy, head(len(QUERY), more), QUERY)
    if "100" in more:
        assert (await stream[0].readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
    assert await status_of(stream) == 200
    stream[1].close()
    closing = await sent(busy, head(len(QUERY), "connection: close\r\n") + QUERY)
    assert await status_of(closing) == 503
    assert await closing[0].read() == b""
    closing[1].close()


async def test_a_crowd_that_comes_at_once_finds_a_line_as_long_as_can_be_served() -> None:
    async with serving() as service:
        service.held = asyncio.Event()
        streams = await asyncio.gather(*(sent(service) for _ in range(100)))
        for _, writer in streams:
            writer.write(head(len(QUERY)) + QUERY)
        async with asyncio.timeout(60):
            while service.admission.refused < 94:
                await asyncio.sleep(0.01)
        assert service.admission.arriving == 6  # two slots, and a line of four
        service.held.set()
        statuses = await asyncio.gather(*map(status_of, streams))
        assert (statuses.count(200), statuses.count(503)) == (6, 94)
        assert service.admission.arriving == 0
        for _, writer in streams:
            writer.close()


async def test_whoever_vanishes_is_not_counted_any_more() -> None:
    async with serving() as service:
        service.held = asyncio.Event()
        streams = [await sent(service, head(len(QUERY)) + QUERY) for _ in range(4)]
        assert service.admission.arriving == 4
        for _, writer in streams:
            writer.transport.abort()
        async with asyncio.timeout(60):
            while service.admission.arriving:
                await asyncio.sleep(0.01)
        service.held.set()


async def test_an_answer_to_something_else_settles_no_operation_behind_it() -> None:
    async with serving() as service:
        service.held = asyncio.Event()
        probe = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n"
        stream = await sent(service, probe + head(len(QUERY)) + QUERY)
        assert await status_of(stream) == 200
        async with asyncio.timeout(60):
            while not service.read:
                await asyncio.sleep(0.005)
        assert service.admission.arriving == 1
        service.held.set()
        assert await status_of(stream) == 200
        assert service.admission.arriving == 0
        stream[1].close()


def at_once(port: int, count: int, message: bytes) -> list[socket.socket]:
    """Connections that have all sent before the loop goes on."""
    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
    for client in clients:
        client.sendall(message)
    return clients


async def test_of_many_that_come_at_once_a_few_begin_in_a_turn() -> None:
    async with serving() as service:
        following = asyncio.create_task(service.follow())
        await asyncio.sleep(0)
        body = MUTATIONS[0]  # nobody is refused
        clients = at_once(service.port, 100, head(len(body)) + body)
        last = await sent(service, head(len(body)) + body)
        assert await status_of(last) == 200
        following.cancel()
        assert len(service.read) == 101
        assert max(service.turns) <= STARTED_IN_A_TURN
        for client in clients:
            client.close()
        last[1].close()


async def test_whose_client_has_gone_does_not_begin() -> None:
    async with serving() as service:
        body = MUTATIONS[0]
        for client in at_once(service.port, 100, head(len(body)) + body):
            client.close()
        last = await sent(service, head(len(body)) + body)
        assert await status_of(last) == 200
        assert len(service.read) < 50
        assert service.admission.arriving == 0
        last[1].close()


def protocols() -> set[int]:
    return {id(each) for each in gc.get_objects() if isinstance(each, GuardedProtocol)}


@pytest.mark.parametrize("wait", [True, False])
async def test_connections_that_end_leave_nothing_to_collect(wait: bool) -> None:
    async with serving() as service:
        gc.collect()
        gc.disable()
        others = protocols()  # that another test left
        try:
            body = MUTATIONS[0]
            clients = at_once(service.port, 100, head(len(body)) + body)
            for client in clients:
                if wait:
                    assert await asyncio.to_thread(client.recv, 1_000)
                client.close()
            async with asyncio.timeout(60):
                while protocols() - others:
                    await asyncio.sleep(0.02)
        finally:
            gc.enable()
