"""Requests that wait a turn of the loop, to be written with others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from gateway.subgraphs.http1.joint_writes import FEW, JointWrites, joint_writes_of
from gateway.subgraphs.protocol import Forwarded, SubgraphReply, SubgraphRequest
from tests.gateway.subgraphs.conftest import BODY, OK, Open
from tests.testkit.raw_server import RawServer, raw_server

OTHER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


@dataclass
class Client:
    """Sends as the gateway does: by a caller whose headers are written once."""

    open: Open
    server: RawServer
    headers: Forwarded = field(default_factory=lambda: Forwarded({}))

    def __post_init__(self) -> None:
        self.subgraph = self.open(self.server.url)

    def send(self, *, is_query: bool = True) -> asyncio.Task[SubgraphReply]:
        loop = asyncio.get_running_loop()
        request = SubgraphRequest(
            "one", b"{}", self.headers, loop.time() + 60, is_query, request_id="1a"
        )
        return loop.create_task(self.subgraph.send(request))


@asynccontextmanager
async def among_many(client: Client) -> AsyncIterator[None]:
    """Make the next call a usual one, with many others under way."""
    writes = joint_writes_of(asyncio.get_running_loop())  # which other tests have, too
    await client.send()
    writes.under_way += FEW + 1
    yield
    writes.under_way -= FEW + 1


async def test_calls_of_a_crowd_are_answered(client: Open) -> None:
    async with raw_server(OK) as server:
        one = Client(client, server)
        await one.send()
        for _ in range(3):
            replies = await asyncio.gather(*(one.send() for _ in range(3 * FEW)))
            assert [reply.body for reply in replies] == [BODY] * 3 * FEW
    assert joint_writes_of(asyncio.get_running_loop()).under_way == 0


async def test_a_reply_before_the_request_was_written_is_never_taken_for_its_own(
    client: Open,
) -> None:
    async with raw_server(OK) as server:
        one = Client(client, server)
        async with among_many(one):
            connection = one.subgraph._pool._idle[-1]
            call = one.send()
            asyncio.get_running_loop().call_soon(connection.data_received, OTHER)
            assert (await call).body == BODY
            assert not connection.is_open
    assert server.connections == 2
    assert len(server.requests) == 2


async def test_a_mutation_does_not_wait(client: Open) -> None:
    """Otherwise it could turn out to have no connection, and is not sent again."""
    async with raw_server(OK) as server:
        one = Client(client, server)
        async with among_many(one):
            connection = one.subgraph._pool._idle[-1]
            waits = []
            call = one.send(is_query=False)
            asyncio.get_running_loop().call_soon(lambda: waits.append(bool(connection._unsent)))
            assert (await call).body == BODY
            assert waits == [False]


async def test_a_connection_that_closes_meanwhile_is_not_written_to(client: Open) -> None:
    async with raw_server(OK) as server:
        one = Client(client, server)
        async with among_many(one):
            call = one.send()
            asyncio.get_running_loop().call_soon(one.subgraph._pool._idle[-1].close)
            assert (await call).body == BODY  # on another
    assert server.connections == 2
    assert len(server.requests) == 2


async def test_few_write_at_once_and_more_together() -> None:
    writes, written = JointWrites(), list[int]()
    writes.under_way = FEW
    writes.send(lambda: written.append(1))
    assert written == [1]
    writes.under_way = FEW + 1
    writes.send(lambda: written.append(2))
    writes.under_way = 0
    writes.send(lambda: written.append(3))  # in turn, and not before what waits
    assert written == [1]
    await asyncio.sleep(0)
    assert written == [1, 2, 3]


async def test_a_write_that_fails_keeps_nobody_elses_back() -> None:
    writes, written = JointWrites(), list[int]()
    writes.under_way = FEW + 1
    writes.send(lambda: written.append(1 // 0))
    writes.send(lambda: written.append(2))
    await asyncio.sleep(0)
    assert written == [2]
