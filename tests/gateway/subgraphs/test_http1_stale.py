"""Our own HTTP/1.1 client: connections that the other side has closed meanwhile."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from gateway.subgraphs import SubgraphConfig
from gateway.subgraphs.http1 import Http1Subgraph
from gateway.subgraphs.protocol import (
    ConnectionStale,
    SubgraphUnreachable,
)
from tests.gateway.subgraphs.conftest import BODY, OK, Open, post
from tests.testkit.raw_server import (
    RawServer,
    hanging_up,
    raw_server,
    resetting,
    sending,
)


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
        async with asyncio.timeout(20):
            while connection.is_open and connection.is_untouched:
                await asyncio.sleep(0)
        assert (await one.send(post(is_query=False))).body == BODY
    assert server.connections == 2
