"""Our own HTTP/1.1 client: its one timer, its queue, and many calls at once."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from gateway.subgraphs.protocol import (
    SubgraphReply,
    SubgraphTimeout,
)
from gateway.subgraphs.slots import Slots
from shared.loop.deadlines import Deadlines
from tests.gateway.subgraphs.conftest import OK, Open, post
from tests.testkit.raw_server import (
    RawServer,
    raw_server,
    silent,
)


async def test_one_timer_for_all_calls(client: Open) -> None:
    """Connections are there before, so that all are under way at once, however late they end."""
    loop = asyncio.get_running_loop()
    ends = [0.9, 0.3, 0.7, 0.5]

    async def all_at_once(writer: asyncio.StreamWriter, server: RawServer) -> None:
        await server.until_asked(len(ends))
        await OK(writer, server)

    async with raw_server(*[all_at_once] * len(ends), silent) as server:
        one = client(server.url, timeout=60, breaker_failures=100)
        await asyncio.gather(*(one.send(post()) for _ in ends))
        ended: list[float] = []
        started = loop.time()

        async def time_out(seconds: float) -> float:
            with pytest.raises(SubgraphTimeout):
                await one.send(replace(post(), deadline=started + seconds))
            ended.append(seconds)
            return loop.time() - started

        took = await asyncio.gather(*map(time_out, ends))
        assert server.connections == len(ends)
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
    async with asyncio.timeout(30):
        while deadlines._timer is not None:
            await asyncio.sleep(0.005)
    assert (answered.expired, first.expired, second.expired) == (0, 1, 1)
    deadlines.close()


async def test_slots_go_round_in_turn_and_none_is_lost() -> None:
    loop = asyncio.get_running_loop()
    slots = Slots(1)
    assert slots.take_free()
    order: list[int] = []

    async def use(number: int) -> None:
        await slots.take(loop.time() + 60)
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
        calls = [asyncio.create_task(one.send(post())) for _ in range(1_000)]
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
