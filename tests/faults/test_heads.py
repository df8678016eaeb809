"""Heads and frames as no proxy sends them, at every door: what they say is what was read, or 4xx.

Where two servers read one request differently, whoever knows both smuggles a second one past the
first, or a header past a proxy that would have taken it away.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from functools import partial

import pytest

from tests.faults.doors import DOORS, Door, door
from tests.testkit.fleet import Fleet
from tests.testkit.held_up import unless_held_up

QUERY = b'{"query": "{ __typename }"}'
JSON = b"content-type: application/json\r\n"
HOST = b"host: x\r\n"
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


@dataclass(frozen=True)
class Case:
    """Bytes, ``{key}`` in them the door's own key, and the statuses that answer them."""

    name: str
    data: bytes
    statuses: tuple[int, ...]
    end: bool = True
    """Whether the server closes the connection."""


def head(fields: bytes = b"", *, host: bytes = HOST, version: bytes = b"1.1") -> bytes:
    return b"POST /graphql HTTP/%b\r\n%b%b{key}%b\r\n" % (version, host, JSON, fields)


def whole(fields: bytes = b"", **more: bytes) -> bytes:
    return head(b"%bcontent-length: %d\r\n" % (fields, len(QUERY)), **more) + QUERY


def last(host: bytes) -> bytes:
    return whole(b"connection: close\r\n", host=host)


def chunked(coding: bytes = b"chunked", trailers: bytes = b"", **more: bytes) -> bytes:
    chunks = b"%x\r\n%b\r\n0\r\n%b\r\n" % (len(QUERY), QUERY, trailers)
    return head(b"transfer-encoding: %b\r\n" % coding, **more) + chunks


BROKEN_CHUNK = head(b"transfer-encoding: chunked\r\n") + b"5\r\n{}\r\n\r\n"
OFFER = b"connection: upgrade\r\nupgrade: h2c\r\n"
CALLER = b"authorization: Bearer x\r\n"
MANY = b"".join(b"x-%d: y\r\n" % number for number in range(8_000))
CASES = (
    Case("in order", whole(), (200,), end=False),
    Case("chunked", chunked(), (200,), end=False),
    Case("an offer to upgrade", whole(OFFER), (200,), end=False),
    Case("a caller behind the body", chunked(trailers=CALLER), (200,), end=False),
    Case("five of them", chunked(trailers=CALLER * 5), (200,), end=False),
    Case("a length behind the body", chunked(trailers=b"content-length: 5\r\n"), (400,)),
    Case("gzip, chunked", chunked(b"gzip, chunked"), (501,)),
    Case("gzip, and then chunked", chunked(b"gzip\r\ntransfer-encoding: chunked"), (501,)),
    Case("identity, and then chunked", chunked(b"identity\r\nTransfer-Encoding: chunked"), (501,)),
    Case("identity", chunked(b"identity"), (501,)),
    Case("xchunked", chunked(b"xchunked"), (501,)),
    Case("chunked, quoted", chunked(b'"chunked"'), (501,)),
    Case("chunked, folded", chunked(b"\r\n chunked"), (400,)),
    Case("chunked, not the last", chunked(b"chunked, identity"), (400,)),
    Case("chunked twice", chunked(b"chunked\r\ntransfer-encoding: chunked"), (400,)),
    Case("chunked and a length", chunked(b"chunked\r\ncontent-length: 3"), (400,)),
    Case("chunked in HTTP/1.0", chunked(version=b"1.0"), (400,)),
    Case("HTTP/2.0", whole(version=b"2.0"), (505,)),
    Case("HTTP/0.9", whole(version=b"0.9"), (505,)),
    Case("HTTP/1.2", whole(version=b"1.2"), (400,)),
    Case("two lengths", whole(b"content-length: 3\r\n"), (400,)),
    Case("a list of lengths", head(b"content-length: 5, 5\r\n"), (400,)),
    Case("a length with a sign", head(b"content-length: +5\r\n"), (400,)),
    Case("a length of 5,000 digits", head(b"origin: http://x\r\ncontent-length: %b\r\n"
         % (b"%d" % len(QUERY)).zfill(5_000)) + QUERY, (400,)),
    Case("a name with a blank", whole(b"x-a : b\r\n"), (400,)),
    Case("a name without a colon", whole(b"nonsense\r\n"), (400,)),
    Case("a NUL", whole(b"x-a: b\0c\r\n"), (400,)),
    Case("line feeds alone", whole().replace(b"\r\n", b"\n"), (400,)),
    Case("no host", whole(host=b""), (400,)),
    Case("two hosts", whole(HOST), (400,)),
    Case("two hosts in HTTP/1.0", whole(HOST, version=b"1.0"), (400,)),
    Case("a host and a path", whole(host=b"host: x/y\r\n"), (400,)),
    Case("a host with a blank", whole(host=b"host: x y\r\n"), (400,)),
    Case("a host and a user", whole(host=b"host: x@y\r\n"), (400,)),
    Case("hosts in a row", whole(host=b"host: x, y\r\n"), (400,)),
    Case("an address and a port", last(b"host: [2001:db8::1]:80\r\n"), (200,)),
    Case("a name with an underscore", last(b"host: est_gateway.local.:80\r\n"), (200,)),
    Case("a host of no letters", last(b"host:\r\n"), (200,)),
    Case("a field of 300 kB", whole(b"x-a: " + b"y" * 300_000 + b"\r\n"), (431,)),
    Case("8,000 fields", whole(MANY), (431,)),
    Case("a path of 100 kB", whole().replace(b"/graphql", b"/" + b"a" * 100_000), (431,)),
    Case("a head without an end", head()[:-2] + b"x-a: " + b"y" * 2_000_000, (431,)),
    Case("trailers without an end", chunked(trailers=b"a: b\r\n" * 200_000), (400,)),
    Case("extensions of 8 MB", head(b"transfer-encoding: chunked\r\n")
         + b"".join(b"1;%b\r\n%c\r\n" % (b"x" * 300_000, byte) for byte in QUERY), (400,)),
    Case("a tunnel", b"CONNECT x:80 HTTP/1.1\r\nhost: x:80\r\n\r\nabc", (501,)),
    Case("a tunnel to a path", b"CONNECT /graphql HTTP/1.1\r\nhost: x\r\n\r\nabc", (501,)),
    Case("100-continue in HTTP/1.0", whole(b"expect: 100-continue\r\n", version=b"1.0"), (200,)),
    Case("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400,)),
    Case("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 500, (400,)),
    Case("nonsense behind two requests", whole() * 2 + b"nonsense\r\n\r\n", (200, 200, 400)),
    Case("a broken body behind two requests", whole() * 2 + BROKEN_CHUNK, (200, 200, 400)),
    Case("a head too large behind a request", whole() + whole(MANY), (200, 431)),
)  # fmt: skip


@pytest.mark.parametrize("where", DOORS)
async def test_90_what_no_proxy_sends_is_refused_or_read_as_it_says(
    house: Fleet, where: str
) -> None:
    entered = door(house, where)
    found = {case.name: await unless_held_up(partial(exchanged, entered, case)) for case in CASES}
    assert found == {case.name: list(case.statuses) for case in CASES}
    assert "Traceback" not in entered.server.told()


async def exchanged(entered: Door, case: Case) -> list[int]:
    """The statuses that come back until the server closes, or all that are expected are there."""
    key = b"".join(b"%b: %b\r\n" % (n.encode(), v.encode()) for n, v in entered.headers.items())
    reader, writer = await asyncio.open_connection("127.0.0.1", entered.server.port)
    received = b""
    try:
        writer.write(case.data.replace(b"{key}", key))
        async with asyncio.timeout(60):
            while case.end or len(STATUS.findall(received)) < len(case.statuses):
                piece = await reader.read(65_536)
                if not piece:
                    break
                received += piece
    finally:
        writer.transport.abort()
    return [int(status) for status in STATUS.findall(received)]


@pytest.mark.parametrize("where", ["auth", "catalog"])
async def test_90_a_key_behind_the_body_opens_nothing(house: Fleet, where: str) -> None:
    entered = door(house, where)
    [(name, value)] = entered.headers.items()
    behind = chunked(trailers=b"%b: %b\r\n" % (name.encode(), value.encode()))
    stranger = Door(entered.server, {})
    assert await exchanged(stranger, Case("behind", behind, (401,), end=False)) == [401]
