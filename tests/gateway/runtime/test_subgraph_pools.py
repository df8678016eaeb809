"""Connections to subgraphs while supergraphs come and go."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from gateway.config.settings import GatewaySettings
from gateway.runtime.subgraph_pools import SubgraphPools
from gateway.subgraphs import SubgraphClients, SubgraphConfig
from gateway.subgraphs.client import HttpSubgraph, Travelling
from gateway.subgraphs.protocol import SubgraphReply
from gateway.supergraph import Supergraph, load_supergraph
from tests.gateway.http.shop import SUPERGRAPH
from tests.testkit.loop_clock import LoopClock, loop_clock


class Client(HttpSubgraph):
    """One that notes whether it was closed; ``may_close``: when that ends."""

    def __init__(self, config: SubgraphConfig, *_: object) -> None:
        super().__init__(config)
        self.is_closed = False
        self.may_close = asyncio.Event()
        self.may_close.set()

    async def _post(
        self, body: bytes, caller: Travelling, own: dict[str, str], deadline: float
    ) -> SubgraphReply:
        raise NotImplementedError

    async def close(self) -> None:
        self.is_closed = True
        await self.may_close.wait()


class Opened:
    """Pools, and the clients of supergraphs whose one subgraph is elsewhere each time."""

    def __init__(self) -> None:
        self.clients: list[Client] = []
        self.settings = GatewaySettings(supergraph=str(SUPERGRAPH))
        self.pools = SubgraphPools(SubgraphClients(self.make), self.settings)

    def make(self, config: SubgraphConfig, *_: object) -> Client:
        self.clients.append(Client(config))
        return self.clients[-1]

    def at(self, url: str) -> list[Client]:
        """All that were made for ``url``."""
        return [client for client in self.clients if client.config.url == url]

    def open(self, url: str, generation: int) -> None:
        self.pools.open(supergraph_at(url), generation)


def supergraph_at(url: str) -> Supergraph:
    supergraph = load_supergraph(SUPERGRAPH.read_text())
    [shop, *_] = supergraph.subgraphs.values()
    return replace(supergraph, subgraphs={"shop": replace(shop, url=url)})


async def go_on(clock: LoopClock, seconds: float) -> None:
    await asyncio.sleep(0)  # what was begun just now takes its time from now on
    clock.ahead += seconds
    for _ in range(10):
        await asyncio.sleep(0)


A, B, C = "http://a.test", "http://b.test", "http://c.test"


@pytest.fixture
def opened() -> Opened:
    return Opened()


async def test_what_no_request_can_use_any_more_is_closed(opened: Opened) -> None:
    seconds = opened.settings.times.request
    with loop_clock() as clock:
        opened.open(A, 0)
        opened.open(B, 1)
        opened.pools.retire_unused(1)
        await go_on(clock, seconds)
        assert not opened.at(A)[0].is_closed
        await go_on(clock, 2)
        assert opened.at(A)[0].is_closed
        assert not opened.at(B)[0].is_closed


async def test_one_that_is_not_in_force_yet_closes_nothing_of_the_one_that_is(
    opened: Opened,
) -> None:
    """Documents are prepared for up to a minute before a supergraph comes into force."""
    seconds = opened.settings.times.request + 2
    with loop_clock() as clock:
        opened.open(A, 0)
        opened.open(B, 1)
        opened.pools.retire_unused(1)
        opened.open(C, 2)
        await go_on(clock, seconds)
        assert [opened.at(url)[0].is_closed for url in (A, B, C)] == [True, False, False]
        opened.pools.retire_unused(2)
        await go_on(clock, seconds)
        assert [opened.at(url)[0].is_closed for url in (A, B, C)] == [True, True, False]


async def test_requests_of_a_supergraph_that_was_soon_replaced_keep_their_time(
    opened: Opened,
) -> None:
    seconds = opened.settings.times.request
    with loop_clock() as clock:
        for generation, url in enumerate((A, B, C)):
            opened.open(url, generation)
            if generation:
                opened.pools.retire_unused(generation)
                await go_on(clock, 2)
        await go_on(clock, seconds - 2)
        assert [opened.at(url)[0].is_closed for url in (A, B, C)] == [True, False, False]
        await go_on(clock, 2)
        assert [opened.at(url)[0].is_closed for url in (A, B, C)] == [True, True, False]


async def test_who_comes_back_while_others_are_being_closed_is_opened_anew(opened: Opened) -> None:
    """Closing lets calls end: it takes a while, and what is to be closed is not taken again."""
    seconds = opened.settings.times.request + 2
    with loop_clock() as clock:
        opened.open(A, 0)
        opened.open(B, 1)
        opened.open(C, 2)
        for url in (A, B):
            opened.at(url)[0].may_close.clear()
        opened.pools.retire_unused(2)
        await go_on(clock, seconds)
        opened.open(A, 3)
        opened.open(B, 4)
        for client in opened.clients:
            client.may_close.set()
        await go_on(clock, 0)
    assert [[client.is_closed for client in opened.at(url)] for url in (A, B, C)] == [
        [True, False],
        [True, False],
        [False],
    ]


async def test_at_the_end_also_what_was_just_being_closed_is(opened: Opened) -> None:
    seconds = opened.settings.times.request + 2
    with loop_clock() as clock:
        for generation, url in enumerate((A, B, C)):
            opened.open(url, generation)
        for url in (A, B):
            opened.at(url)[0].may_close.clear()
        opened.pools.retire_unused(2)
        await go_on(clock, seconds)
        for client in opened.clients:
            client.may_close.set()
        await opened.pools.close()
    assert [client.is_closed for client in opened.clients] == [True, True, True]
