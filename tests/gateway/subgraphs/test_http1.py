"""Our own HTTP/1.1 client: its connections, its one timer, its queue."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.subgraphs import HeaderRules, SubgraphConfig, Tls
from gateway.subgraphs.http1 import Http1Subgraph, dialing, pool
from gateway.subgraphs.http1.deadlines import Deadlines
from gateway.subgraphs.http1.request_head import HeaderInvalid, RequestHead
from gateway.subgraphs.http1.target import Target
from gateway.subgraphs.protocol import (
    ConnectionStale,
    SubgraphReply,
    SubgraphTimeout,
    SubgraphUnreachable,
)
from gateway.subgraphs.slots import Slots
from gateway.subgraphs.tls import ssl_context
from shared.errors import ConfigurationError
from tests.gateway.subgraphs.conftest import post
from tests.testkit.certificates import Authority
from tests.testkit.raw_server import (
    RawServer,
    hanging_up,
    listening,
    raw_server,
    resetting,
    sending,
    silent,
    whole,
)

BODY = b'{"data":{}}'
OK = whole(BODY)
Open = Callable[..., Http1Subgraph]


@pytest.fixture
async def client() -> AsyncIterator[Open]:
    """Build clients, closed at the end."""
    made: list[Http1Subgraph] = []

    def build(url: str, **settings: Any) -> Http1Subgraph:
        made.append(Http1Subgraph(SubgraphConfig(url, **settings)))
        return made[-1]

    yield build
    for one in made:
        await one.close()


class Heard:
    """Notes how attempts ended."""

    def __init__(self) -> None:
        self.outcomes: list[str] = []

    def attempted(self, _subgraph: str, outcome: str, _seconds: float) -> None:
        self.outcomes.append(outcome)

    def breaker_changed(self, _subgraph: str, state: object) -> None:
        self.outcomes.append(str(state))


@pytest.mark.parametrize("end", [hanging_up, resetting()], ids=["closed", "reset"])
@pytest.mark.parametrize("retries", [0, 1])
async def test_a_query_on_a_stale_connection_is_sent_once_more(end: Any, retries: int) -> None:
    """Also without retries: the connection was at fault, not the subgraph."""
    heard = Heard()
    async with raw_server(OK, end, OK) as server:
        client = Http1Subgraph(SubgraphConfig(server.url, retries=retries), heard)
        await client.send(post())
        assert (await client.send(post())).body == BODY
        await client.close()
    assert len(server.requests) == 3
    assert heard.outcomes == ["ok", "ConnectionStale", "ok"]


async def test_it_is_sent_once_more_and_no_oftener(client: Open) -> None:
    async with raw_server(OK, hanging_up) as server:
        one = client(server.url)
        await one.send(post())
        with pytest.raises(SubgraphUnreachable):
            await one.send(post())
    assert len(server.requests) == 3


async def test_a_mutation_on_a_stale_connection_is_not(client: Open) -> None:
    """The server may have read it before it closed."""
    async with raw_server(OK, hanging_up, OK) as server:
        one = client(server.url)
        await one.send(post())
        with pytest.raises(ConnectionStale):
            await one.send(post(is_query=False))
    assert len(server.requests) == 2


async def test_once_bytes_came_the_connection_was_not_stale(client: Open) -> None:
    async with raw_server(OK, sending(b"HTTP/1.1 2", close=True), OK) as server:
        one = client(server.url, retries=0)
        await one.send(post())
        with pytest.raises(SubgraphUnreachable) as caught:
            await one.send(post())
    assert not isinstance(caught.value, ConnectionStale)
    assert len(server.requests) == 2


async def test_what_the_kernel_holds_is_seen_before_sending(client: Open) -> None:
    """A busy loop has not come to the end of a connection; a mutation must not go out on it."""

    async def answer_and_close(writer: asyncio.StreamWriter, server: RawServer) -> None:
        await OK(writer, server)
        if len(server.requests) == 1:
            sock = writer.get_extra_info("socket")
            sock.shutdown(socket.SHUT_WR)

    async with raw_server(answer_and_close) as server:
        one = client(server.url)
        await one.send(post())
        connection = one._pool._idle[-1]
        # As if the loop had not told yet: the socket is readable, and nothing was called.
        async with asyncio.timeout(2):
            while connection.is_open and connection.is_untouched:
                await asyncio.sleep(0)
        assert (await one.send(post(is_query=False))).body == BODY
    assert server.connections == 2


async def test_idle_connections_are_closed(client: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0.1)
    async with raw_server(OK) as server:
        one = client(server.url)
        await asyncio.gather(*(one.send(post()) for _ in range(3)))
        async with asyncio.timeout(5):
            while server.open_connections:
                await asyncio.sleep(0.02)
        assert not one._pool._idle
        await one.send(post())


async def test_no_more_connections_than_slots_and_few_kept(client: Open) -> None:
    async def slow(writer: asyncio.StreamWriter, server: RawServer) -> None:
        most.append(server.open_connections)
        await asyncio.sleep(0.01)
        await OK(writer, server)

    most: list[int] = []
    async with raw_server(slow) as server:
        one = client(server.url, concurrency=5)
        await asyncio.gather(*(one.send(post()) for _ in range(60)))
    assert max(most) == 5
    assert server.connections == 5


async def test_closing_lets_calls_end_and_takes_no_new_ones(client: Open) -> None:
    async def slow(writer: asyncio.StreamWriter, server: RawServer) -> None:
        await asyncio.sleep(0.1)
        await OK(writer, server)

    async with raw_server(slow) as server:
        one = client(server.url)
        call = asyncio.create_task(one.send(post()))
        await asyncio.sleep(0.05)
        await one.close()
        assert call.done()
        assert (await call).body == BODY
        with pytest.raises(SubgraphUnreachable):
            await one.send(post())
        async with asyncio.timeout(5):
            while server.open_connections:
                await asyncio.sleep(0.01)


async def test_an_address_that_says_nothing_costs_a_quarter_of_a_second(
    client: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A queue that is full drops what comes, as a firewall would."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.2", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        async with full_queue(port), raw_server(OK, port=port) as server:
            one = client(server.url)

            async def addresses() -> list[str]:
                return ["127.0.0.2", "127.0.0.1"]

            monkeypatch.setattr(one._dialing, "_addresses", addresses)
            started = asyncio.get_running_loop().time()
            assert (await one.send(post())).body == BODY
            assert asyncio.get_running_loop().time() - started >= dialing.NEXT_ADDRESS_SECONDS


async def test_connecting_ends_at_the_deadline_and_when_cancelled(client: Open) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.2", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        async with full_queue(port):
            one = client(f"http://127.0.0.2:{port}/graphql")
            with pytest.raises(SubgraphTimeout):
                await one.send(post(seconds=0.1))
            call = asyncio.create_task(one.send(post()))
            await asyncio.sleep(0.05)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
            assert call.cancelled()
            assert one._slots.take_free()
            one._slots.give_back()
            assert one._busy == 0


@contextlib.asynccontextmanager
async def full_queue(port: int) -> AsyncIterator[None]:
    """Connect to a listener that accepts nobody until its queue is full."""
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            one.connect(("127.0.0.2", port))
    await asyncio.sleep(0.05)
    yield
    for one in waiting:
        one.close()


async def test_the_name_is_checked_against_the_certificate(client: Open, tmp_path: Path) -> None:
    """The authority is known, the certificate is another host's."""
    authority = Authority()
    context = authority.server_context(tmp_path)
    asked: list[str | None] = []

    def note(_socket: object, name: str | None, _context: object) -> None:
        asked.append(name)

    context.sni_callback = note
    async with raw_server(OK, tls=context) as server:
        port = server.url.rpartition(":")[2]
        trusting = Tls(ca=authority.pem)
        assert (await client(server.url, tls=trusting).send(post())).body == BODY
        with pytest.raises(SubgraphUnreachable, match="certificate"):
            await client(f"https://localhost:{port}", tls=trusting).send(post())
    assert asked[-1] == "localhost"
    assert len(server.requests) == 1


async def test_tls_that_hangs_in_its_handshake_ends_at_the_deadline(client: Open) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with listening(say_nothing) as port:
        one = client(f"https://127.0.0.1:{port}/graphql")
        with pytest.raises(SubgraphTimeout):
            await one.send(post(seconds=0.2))


async def test_plain_text_where_tls_was_expected(client: Open) -> None:
    async def in_plain_text(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    async with listening(in_plain_text) as port:
        one = client(f"https://127.0.0.1:{port}/", retries=0)
        with pytest.raises(SubgraphUnreachable):
            await one.send(post(seconds=3))


def test_old_tls_is_refused() -> None:
    assert ssl_context(Tls()).minimum_version >= ssl.TLSVersion.TLSv1_2


async def test_one_timer_for_all_calls(client: Open) -> None:
    async with raw_server(silent) as server:
        one = client(server.url, timeout=60, breaker_failures=100)
        ends = [1.5, 0.5, 1.0, 0.75]  # far enough apart for a busy machine to connect in between
        ended: list[float] = []
        started = asyncio.get_running_loop().time()

        async def time_out(seconds: float) -> float:
            with pytest.raises(SubgraphTimeout):
                await one.send(post(seconds=seconds))
            ended.append(seconds)
            return asyncio.get_running_loop().time() - started

        took = await asyncio.gather(*map(time_out, ends))
    assert ended == sorted(ends)
    assert all(spent >= end - 0.01 for spent, end in zip(took, ends, strict=True))


class Call:
    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.expired = 0

    def expire(self) -> None:
        self.expired += 1


async def test_deadlines_ring_for_whoever_is_still_there() -> None:
    loop = asyncio.get_running_loop()
    deadlines = Deadlines()
    now = loop.time()
    answered, first, second = Call(now + 0.02), Call(now + 0.06), Call(now + 0.04)
    for call in (answered, first, second):
        deadlines.watch(call)
    deadlines.forget(answered)
    await asyncio.sleep(0.12)
    assert (answered.expired, first.expired, second.expired) == (0, 1, 1)
    assert deadlines._timer is None
    deadlines.close()


async def test_slots_go_round_in_turn_and_none_is_lost() -> None:
    loop = asyncio.get_running_loop()
    slots = Slots(1)
    assert slots.take_free()
    order: list[int] = []

    async def use(number: int) -> None:
        await slots.take(loop.time() + 5)
        order.append(number)
        await asyncio.sleep(0)
        slots.give_back()

    tasks = [asyncio.create_task(use(number)) for number in range(5)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    slots.give_back()
    # Its turn came in this very moment: it must pass the slot on.
    tasks[0].cancel()
    assert not slots.take_free()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == [2, 3, 4]
    assert slots.take_free()
    with pytest.raises(SubgraphTimeout):
        await slots.take(loop.time() + 0.02)
    slots.give_back()
    assert slots.take_free()


async def test_a_thousand_calls_that_come_and_go_lose_nothing(client: Open) -> None:
    async def uneven(writer: asyncio.StreamWriter, server: RawServer) -> None:
        number = len(server.requests)
        await asyncio.sleep(0.001 * (number % 7))
        if number % 11 == 0:
            writer.close()
            return
        await OK(writer, server)

    async with raw_server(uneven) as server:
        one = client(server.url, concurrency=8, breaker_failures=10_000)
        calls = [asyncio.create_task(one.send(post(seconds=10))) for _ in range(1_000)]
        for number, call in enumerate(calls):
            if number % 3 == 0:
                await asyncio.sleep(0)
                call.cancel()
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert any(isinstance(end, SubgraphReply) for end in ended)
        server.replies[:] = [OK]
        replies = await asyncio.gather(*(one.send(post()) for _ in range(8)))
        assert [reply.status for reply in replies] == [200] * 8
        assert one._slots._free == 8
        assert one._busy == 0
        assert not one._deadlines._watched


HEADS = {
    "http://example.test/graphql": ("example.test", 80, "example.test", "/graphql"),
    "http://example.test": ("example.test", 80, "example.test", "/"),
    "https://example.test:8443/a?b=c": ("example.test", 8443, "example.test:8443", "/a?b=c"),
    "http://[::1]:4001/g": ("::1", 4001, "[::1]:4001", "/g"),
    "http://bücher.test/ä b": ("xn--bcher-kva.test", 80, "xn--bcher-kva.test", "/%C3%A4%20b"),
    "http://e.test/a%20b": ("e.test", 80, "e.test", "/a%20b"),
}


@pytest.mark.parametrize("url", HEADS)
def test_urls_are_read(url: str) -> None:
    target = Target.of(url)
    assert (target.host, target.port, target.authority, target.path) == HEADS[url]


@pytest.mark.parametrize("url", ["ftp://a", "http://", "//a", "a", "http://a:99999", "http://[::1"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        Target.of(url)


def test_a_user_in_the_url_is_sent_unless_another_is() -> None:
    head = RequestHead(Target.of("http://me:s%40me@e.test/"), {})
    assert b"\r\nauthorization: Basic bWU6c0BtZQ==\r\n" in head.write({}, 0)
    assert head.write({"authorization": "Bearer t"}, 0).count(b"authorization") == 1


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\nb", "a\rb", "a\0b", "ä"])
def test_the_last_door_writes_no_second_header(value: str) -> None:
    head = RequestHead(Target.of("http://e.test/"), {"accept": "*/*"})
    with pytest.raises(HeaderInvalid):
        head.write({"x": value}, 0)
    with pytest.raises(HeaderInvalid):
        head.write({f"x{value}": "a"}, 0)
    assert head.write({"x": "a\tb"}, 3) == (
        b"POST / HTTP/1.1\r\nhost: e.test\r\naccept: */*\r\nx: a\tb\r\n"
        b"user-agent: est-gateway\r\ncontent-length: 3\r\n\r\n"
    )


def test_rules_cannot_change_what_frames_a_request() -> None:
    rules = HeaderRules(
        rename=(("x-a", "content-length"), ("x-b", "x-c")),
        insert=(("transfer-encoding", "chunked"), ("host", "evil"), ("x-d", "4")),
    )
    assert rules.apply({"x-a": "1", "x-b": "2", "host": "h"}) == {
        "x-a": "1",
        "x-c": "2",
        "x-d": "4",
    }
