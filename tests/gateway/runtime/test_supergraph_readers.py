"""What answers in a registry's place: the reader says what is wrong with it, in time."""

from __future__ import annotations

import gzip

import pytest

from gateway.config.file_reader import NotRead
from gateway.runtime import supergraph_readers
from gateway.runtime.supergraph_readers import UrlReader
from tests.testkit.raw_server import Reply, raw_server, trickling, whole

SDL = ("type Query { a: Int } # " + "é" * 500).encode()
GZIP = "content-encoding: gzip\r\n"


async def read(reply: Reply) -> str | None:
    async with raw_server(reply) as server:
        reader = UrlReader(server.url, {})
        try:
            return await reader.read()
        finally:
            await reader.close()


async def test_plain_and_compressed_are_read() -> None:
    assert await read(whole(SDL)) == SDL.decode()
    assert await read(whole(gzip.compress(SDL), headers=GZIP)) == SDL.decode()


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (whole(gzip.compress(SDL)[:-8], headers=GZIP), "ends early"),
        (whole(gzip.compress(SDL) + b"x", headers=GZIP), "goes on behind its end"),
        (whole(b"nonsense", headers=GZIP), "corrupt"),
        (whole(SDL, headers="content-encoding: br\r\n"), "not asked for"),
        (whole(SDL + b"\xff"), "not UTF-8"),
        (whole(b"#" * 10_001), "larger than 10000 bytes"),
        (whole(gzip.compress(b"#" * 10_001), headers=GZIP), "larger than 10000 bytes"),
        (whole(b"", status="302 Found", headers="location: /\r\n"), "answered 302"),
    ],
)
async def test_what_is_no_supergraph_is_named(
    reply: Reply, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supergraph_readers, "MAX_BYTES", 10_000)
    with pytest.raises(NotRead, match=says):
        await read(reply)


async def test_a_byte_after_the_other_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supergraph_readers, "WHOLE_SECONDS", 0.3)
    with pytest.raises(NotRead, match="TimeoutError"):
        await read(trickling)
