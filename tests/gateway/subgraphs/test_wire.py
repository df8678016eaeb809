"""What servers write, read by each client: framing, ends, interim replies, connections."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from gateway.subgraphs.httpx2_client import Httpx2Subgraph
from gateway.subgraphs.protocol import (
    SubgraphError,
    SubgraphReplyInvalid,
    SubgraphTimeout,
    SubgraphUnreachable,
)
from gateway.subgraphs.pyreqwest_client import PyreqwestSubgraph
from tests.gateway.subgraphs.conftest import Make, post
from tests.testkit.raw_server import (
    RawServer,
    Reply,
    listening,
    raw_server,
    resetting,
    sending,
    whole,
)

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
BODY = b'{"data":{}}'
OK = whole(BODY)
CHUNKED = b"transfer-encoding: chunked\r\n\r\n"

GOOD = {
    "chunked": sending(HEAD + CHUNKED + b"b\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "chunks with extensions": sending(HEAD + CHUNKED + b"B;a=b;c\r\n" + BODY + b"\r\n0;x\r\n\r\n"),
    "trailers": sending(HEAD + CHUNKED + b"b\r\n" + BODY + b"\r\n0\r\nX-Sum: 1\r\n\r\n"),
    "a chunk a byte": sending(
        HEAD + CHUNKED, *(b"1\r\n%c\r\n" % byte for byte in BODY), b"0\r\n\r\n", pause=0.001
    ),
    "a byte at a time": sending(
        *(
            bytes([byte])
            for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n" + BODY
        ),
        pause=0.001,
    ),
    "no length, then the end": sending(HEAD + b"\r\n" + BODY[:5], BODY[5:], close=True, pause=0.01),
    "connection: close": sending(
        HEAD + b"connection: close\r\ncontent-length: 11\r\n\r\n" + BODY, close=True
    ),
    "http/1.0": sending(b"HTTP/1.0 200 OK\r\n\r\n" + BODY, close=True),
    "http/1.0 with a length": sending(
        b"HTTP/1.0 200 OK\r\ncontent-length: 11\r\n\r\n" + BODY, close=True
    ),
    "100 before": sending(
        b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"content-length: 11\r\n\r\n", BODY
    ),
    "103 before": sending(
        b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\ncontent-type: x/y\r\n\r\n",
        HEAD + b"content-length: 11\r\n\r\n" + BODY,
        pause=0.01,
    ),
    "no reason": sending(b"HTTP/1.1 200 \r\ncontent-length: 11\r\n\r\n" + BODY),
    "odd case and space": sending(b"HTTP/1.1 200 OK\r\nCONTENT-LENGTH:  11 \r\n\r\n" + BODY),
}  # fmt: skip


@pytest.mark.parametrize("reply", GOOD.values(), ids=GOOD)
async def test_every_way_to_frame_a_body_is_read(make: Make, reply: Any) -> None:
    async with raw_server(reply) as server:
        client = make(server.url, retries=0)
        for _ in range(2):
            answer = await client.send(post(is_query=False))
            assert (answer.status, answer.body) == (200, BODY)
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("status", [204, 304])
async def test_statuses_without_a_body_end_with_their_head(make: Make, status: int) -> None:
    # A length is allowed with 304: it is that of the body which 200 would have had.
    length = b"content-length: 11\r\n" if status == 304 else b""
    async with raw_server(sending(b"HTTP/1.1 %d X\r\n%b\r\n" % (status, length)), OK) as server:
        client = make(server.url)
        bare = await client.send(post())
        assert (bare.status, bare.body) == (status, b"")
        assert (await client.send(post())).body == BODY


async def test_headers_that_come_twice_are_kept_twice(make: Make) -> None:
    twice = whole(BODY, headers="set-cookie: a=1, 2\r\nx: y\r\nSet-Cookie: b=3\r\n")
    async with raw_server(twice) as server:
        client = make(server.url, response_headers=frozenset({"set-cookie"}))
        reply = await client.send(post())
    assert reply.headers["set-cookie"] == ("a=1, 2", "b=3")


@pytest.mark.parametrize(
    "broken",
    [
        sending(HEAD + b"content-length: 100\r\n\r\n" + BODY, close=True),
        sending(HEAD + CHUNKED + b"b\r\n" + BODY, close=True),
        sending(HEAD + CHUNKED + b"b\r\n" + BODY + b"\r\n", close=True),
        sending(HEAD, close=True),
        sending(b"HT", close=True),
        resetting(HEAD + b"content-length: 100\r\n\r\n" + BODY),
        resetting(HEAD + b"\r\n" + BODY),
        resetting(),
    ],
    ids=[
        "short", "chunk", "no last chunk", "head", "status line", "reset in a body",
        "reset in a body without a length", "reset",
    ],
)  # fmt: skip
async def test_a_reply_that_ends_early_is_no_reply(make: Make, broken: Any) -> None:
    async with raw_server(broken) as server:
        with pytest.raises(SubgraphUnreachable):
            await make(server.url).send(post())
    assert len(server.requests) == 2


async def test_what_follows_a_reply_is_never_the_next_ones(make: Make) -> None:
    """A server that answers twice must not answer another caller's request."""
    if make.client is Httpx2Subgraph:
        pytest.skip("httpx2 takes what waits on a kept connection for an answer")
    poisoned = HEAD + b'content-length: 11\r\n\r\n{"data":0 }'
    good = HEAD + b"content-length: 11\r\n\r\n" + BODY
    # At once means in one write: what comes once the next request is out is that one's reply.
    later = sending(good, poisoned, pause=0.05)
    for twice in (sending(good + poisoned), later):
        both_written = asyncio.Event()

        async def written(
            writer: asyncio.StreamWriter,
            server: RawServer,
            twice: Reply = twice,
            both_written: asyncio.Event = both_written,
        ) -> None:
            await twice(writer, server)
            both_written.set()

        async with raw_server(written, OK) as server:
            client = make(server.url)
            assert (await client.send(post())).body == BODY
            await both_written.wait()
            await server.until_left()
            assert (await client.send(post())).body == BODY


async def test_a_cancelled_call_leaves_no_reply_for_the_next(make: Make) -> None:
    cancelled = asyncio.Event()

    async def late(writer: asyncio.StreamWriter, _server: RawServer) -> None:
        await cancelled.wait()
        writer.write(HEAD + b'content-length: 11\r\n\r\n{"data":0 }')

    async with raw_server(late, OK) as server:
        client = make(server.url, concurrency=1)
        call = asyncio.create_task(client.send(post()))
        await server.until_asked()
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        cancelled.set()
        assert (await client.send(post())).body == BODY
        await asyncio.sleep(0.05)
        assert (await client.send(post())).body == BODY


async def read_on(_writer: asyncio.StreamWriter, _server: RawServer) -> None:
    """Answer nothing; what comes next, or the end, is another request's."""


async def test_cancelled_calls_close_their_connections(make: Make) -> None:
    """The server's side shows it, however the client counts."""
    if make.client is PyreqwestSubgraph:
        pytest.skip("pyreqwest lets a cancelled call run on until its deadline")
    async with raw_server(read_on) as server:
        client = make(server.url, timeout=60)
        calls = [asyncio.create_task(client.send(post())) for _ in range(10)]
        await server.until_asked(10)
        for call in calls:
            call.cancel()
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert {type(end) for end in ended} == {asyncio.CancelledError}
        await server.until_left()


async def test_calls_that_time_out_close_their_connections(make: Make) -> None:
    async with raw_server(read_on) as server:
        client = make(server.url, timeout=0.3, breaker_failures=100)
        ended = await asyncio.gather(
            *(client.send(post()) for _ in range(10)), return_exceptions=True
        )
        assert {type(end) for end in ended} == {SubgraphTimeout}
        await server.until_left()


async def test_a_body_of_megabytes_travels_both_ways(make: Make) -> None:
    big = b'{"data":"' + b"x" * 3_000_000 + b'"}'
    async with raw_server(whole(big)) as server:
        request = post()
        request = type(request)(request.subgraph, big, request.headers, request.deadline)
        reply = await make(server.url).send(request)
    assert reply.body == big
    assert server.requests[0].endswith(big)


async def test_an_answer_before_the_request_is_written_out_is_an_answer(make: Make) -> None:
    """A server that refuses a large body early; the rest of it must not meet the next request."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                writer.write(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n")
                await writer.drain()
                await asyncio.sleep(0.05)
                await reader.readexactly(int(head.split(b"content-length:")[1].split()[0]))
        writer.close()

    async with listening(refuse) as port:
        client = make(f"http://127.0.0.1:{port}/graphql")
        base = post()
        big = type(base)(base.subgraph, b"x" * 5_000_000, base.headers, base.deadline)
        assert (await client.send(big)).status == 413
        assert (await client.send(post())).status == 413
        await client.close()


async def test_an_address_of_ipv6(make: Make) -> None:
    async with raw_server(OK, host="::1") as server:
        assert "[::1]" in server.url
        reply = await make(server.url).send(post())
    assert reply.body == BODY


async def test_of_two_addresses_the_one_that_answers_is_used(make: Make) -> None:
    """``localhost`` is ::1 and 127.0.0.1; nobody listens on the first."""
    async with raw_server(OK) as server:
        reply = await make(server.url.replace("127.0.0.1", "localhost")).send(post())
    assert reply.body == BODY


async def test_a_name_that_does_not_exist(make: Make) -> None:
    with pytest.raises(SubgraphError):
        await make("http://no-such-host.invalid/graphql").send(post(seconds=3))


async def test_heads_without_end_are_cut_off(make: Make) -> None:
    async def endless(writer: asyncio.StreamWriter, _server: RawServer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not writer.is_closing():
            writer.write(b"x-filler: " + b"y" * 4_000 + b"\r\n")
            await writer.drain()

    async with raw_server(endless) as server:
        with pytest.raises(SubgraphError):
            await make(server.url, retries=0).send(post(seconds=5))


async def test_a_length_past_the_limit_is_refused_before_the_body(make: Make) -> None:
    async def promising(writer: asyncio.StreamWriter, _server: RawServer) -> None:
        writer.write(HEAD + b"content-length: 100000000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 10_000)
            await writer.drain()

    async with raw_server(promising) as server:
        with pytest.raises(SubgraphReplyInvalid, match="larger"):
            await make(server.url, max_reply_bytes=50_000).send(post())


async def test_a_line_break_in_a_header_never_reaches_the_wire(make: Make) -> None:
    async with raw_server(OK) as server:
        await make(server.url).send(
            post(x_good="a\tb", x_cr="a\rx-evil: 1", x_lf="a\nx-evil: 1", x_crlf="a\r\nx-evil: 1",
                 x_nul="a\0b", x_wide="ä")
        )  # fmt: skip
    (request,) = server.requests
    head = request.partition(b"\r\n\r\n")[0].lower()
    assert b"x-good: a\tb" in head
    assert b"evil" not in head
    assert not any(name in head for name in (b"x-cr", b"x-lf", b"x-nul", b"x-wide"))
