"""The breaker by itself: it decides from what it is told and the time it is given."""

from __future__ import annotations

import asyncio

import pytest

from gateway.subgraphs import BreakerState, SubgraphConfig
from gateway.subgraphs.breaker import Breaker
from gateway.subgraphs.client import HttpSubgraph, Travelling
from gateway.subgraphs.protocol import SubgraphReply, SubgraphUnreachable
from tests.gateway.subgraphs.conftest import post


def opened(failures: int = 3) -> Breaker:
    breaker = Breaker(failures)
    for _ in range(failures):
        assert breaker.admits(0.0)
        breaker.failed(0.0)
    return breaker


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(3)
    for _ in range(5):
        breaker.failed(0.0)
        breaker.failed(0.0)
        breaker.succeeded()
    assert breaker.state is BreakerState.CLOSED
    assert opened().state is BreakerState.OPEN


def test_one_probe_at_a_time_after_the_cooldown() -> None:
    breaker = opened()
    assert not breaker.admits(0.4)
    assert breaker.admits(0.6)
    assert breaker.state is BreakerState.HALF_OPEN
    assert not breaker.admits(0.6)
    breaker.succeeded()
    assert breaker.admits(0.6)
    assert breaker.state.value == "closed"


def test_failed_probes_wait_longer_up_to_a_bound() -> None:
    breaker = opened()
    now = 0.0
    waits = []
    for _ in range(6):
        start = now
        while not breaker.admits(now):
            now += 0.01
        waits.append(round(now - start, 1))
        breaker.failed(now, is_probe=True)
    assert waits == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_a_cancelled_probe_makes_room_and_counts_for_nothing() -> None:
    breaker = opened()
    assert breaker.admits(1.0)
    breaker.abandoned(is_probe=True)
    assert breaker.admits(1.0)
    closed = Breaker(1)
    assert closed.admits(0.0)
    closed.abandoned()
    assert closed.state is BreakerState.CLOSED


def test_failures_of_requests_already_under_way_do_not_lengthen_the_cooldown() -> None:
    breaker = opened()
    for _ in range(50):
        breaker.failed(0.3)
    assert breaker.admits(0.6)


class Asked(HttpSubgraph):
    """Answers each call when the test does. ``told``: states as the observer hears of them."""

    def __init__(self, failures: int) -> None:
        config = SubgraphConfig("http://one.test", retries=0, breaker_failures=failures)
        super().__init__(config, self)
        self.calls: list[asyncio.Future[SubgraphReply]] = []
        self.told: list[BreakerState] = []

    async def _post(
        self, _body: bytes, _caller: Travelling, _own: dict[str, str], _deadline: float
    ) -> SubgraphReply:
        call: asyncio.Future[SubgraphReply] = asyncio.get_running_loop().create_future()
        self.calls.append(call)
        return await call

    async def close(self) -> None: ...

    def attempted(self, subgraph: str, outcome: str, seconds: float) -> None: ...

    def breaker_changed(self, _subgraph: str, state: BreakerState) -> None:
        self.told.append(state)

    async def asked(self, count: int) -> list[asyncio.Task[SubgraphReply]]:
        """Begin so many requests."""
        begun = [asyncio.create_task(self.send(post())) for _ in range(count)]
        await asyncio.sleep(0)
        return begun

    async def fail(self, first: int, last: int) -> None:
        for call in self.calls[first:last]:
            call.set_exception(SubgraphUnreachable("gone"))
        await settled()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


OK = SubgraphReply(200, b"{}")


async def test_requests_from_before_it_opened_let_no_second_probe_through() -> None:
    """Whether they fail or their clients go: they say nothing of the probe."""
    subgraph = Asked(failures=2)
    before = await subgraph.asked(5)
    await subgraph.fail(0, 2)
    assert subgraph.breaker_state is BreakerState.OPEN
    subgraph._breaker._retry_at = 0.0  # the cool-down is over
    [probe] = await subgraph.asked(1)
    await subgraph.fail(2, 3)
    before[3].cancel()
    await settled()
    subgraph._breaker._retry_at = 0.0
    [second] = await subgraph.asked(1)
    assert len(subgraph.calls) == 6
    with pytest.raises(SubgraphUnreachable):
        await second
    subgraph.calls[5].set_result(OK)
    assert await probe == OK
    assert subgraph.breaker_state.value == "closed"
    await subgraph.fail(4, 5)
    await asyncio.gather(*before, return_exceptions=True)
    assert subgraph.breaker_state.value == "closed"


async def test_it_is_told_whoever_closed_it() -> None:
    subgraph = Asked(failures=2)
    before = await subgraph.asked(3)
    await subgraph.fail(0, 2)
    assert subgraph.told == [BreakerState.OPEN]
    subgraph.calls[2].set_result(OK)  # asked before it opened
    assert await before[2] == OK
    assert subgraph.told == [BreakerState.OPEN, BreakerState.CLOSED]
    await asyncio.gather(*before, return_exceptions=True)
