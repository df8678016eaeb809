"""Answers that are there before the whole request is: whoever writes on gets to read them."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from tests.faults.doors import DOORS, door
from tests.testkit.fleet import Fleet
from tests.testkit.held_up import unless_held_up

MEGABYTES = 1_000_000
HEADS = {
    "too large": (b"POST /graphql", b"content-type: application/json\r\n", b"413"),
    "another media type": (b"POST /graphql", b"content-type: text/plain\r\n", b"415"),
    "no such page": (b"POST /nowhere", b"", b"404"),
    "another method": (b"PUT /health/live", b"", b"405"),
}


@pytest.mark.parametrize("where", DOORS)
@pytest.mark.parametrize("framing", ["length", "chunked"])
async def test_111_an_answer_before_the_body_is_read_though_the_connection_closes(
    house: Fleet, where: str, framing: str
) -> None:
    found = {
        (name, size): await status(house, where, *HEADS[name][:2], size * MEGABYTES, framing)
        for name in HEADS
        for size in (5, 20, 60)
    }
    assert found == {(name, size): HEADS[name][2] for name, size in found}


@pytest.mark.parametrize("where", ["auth", "catalog"])
async def test_111_also_who_has_no_key_reads_that(house: Fleet, where: str) -> None:
    head = (b"POST /graphql", b"content-type: application/json\r\nx-gateway-key: no\r\n")
    assert await status(house, where, *head, 20 * MEGABYTES, "length", keyed=False) == b"401"


async def status(
    house: Fleet,
    where: str,
    start: bytes,
    fields: bytes,
    size: int,
    framing: str,
    *,
    keyed: bool = True,
) -> bytes:
    """The status that comes back. Servers wait a second for more of a body, and no longer."""
    entered = door(house, where)
    keys = b"".join(b"%b: %b\r\n" % (n.encode(), v.encode()) for n, v in entered.headers.items())
    is_whole = framing == "length"
    body = b"content-length: %d\r\n" % size if is_whole else b"transfer-encoding: chunked\r\n"
    head = start + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + fields + body
    head += (keys if keyed else b"") + b"\r\n"
    piece = b"x" * MEGABYTES if is_whole else b"%x\r\n%b\r\n" % (MEGABYTES, b"x" * MEGABYTES)
    pieces = [head, *[piece] * (size // MEGABYTES), b"" if is_whole else b"0\r\n\r\n"]
    return (await unless_held_up(partial(exchanged, entered.server.port, pieces)))[9:12]


async def exchanged(port: int, pieces: list[bytes]) -> bytes:
    """Write a whole request before reading, as simple clients do; all that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(120):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            return await reader.read()
    finally:
        writer.transport.abort()
