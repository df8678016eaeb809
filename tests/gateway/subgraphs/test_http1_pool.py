"""Our own HTTP/1.1 client: how many connections there are, and how they end."""

from __future__ import annotations

import asyncio

import pytest

from gateway.subgraphs.http1 import pool
from gateway.subgraphs.protocol import (
    SubgraphUnreachable,
)
from tests.gateway.subgraphs.conftest import BODY, OK, Open, post
from tests.testkit.raw_server import (
    RawServer,
    raw_server,
)


async def test_idle_connections_are_closed(client: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0.1)
    async with raw_server(OK) as server:
        one = client(server.url)
        await asyncio.gather(*(one.send(post()) for _ in range(3)))
        async with asyncio.timeout(30):
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
    asked = asyncio.Event()

    async def slow(writer: asyncio.StreamWriter, server: RawServer) -> None:
        asked.set()
        await asyncio.sleep(0.1)
        await OK(writer, server)

    async with raw_server(slow) as server:
        one = client(server.url)
        call = asyncio.create_task(one.send(post()))
        await asked.wait()
        await one.close()
        assert call.done()
        assert (await call).body == BODY
        with pytest.raises(SubgraphUnreachable):
            await one.send(post())
        async with asyncio.timeout(30):
            while server.open_connections:
                await asyncio.sleep(0.01)
