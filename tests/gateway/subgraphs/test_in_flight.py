"""De-duplication in flight: identical queries share one call, and nothing else does."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from gateway.subgraphs.in_flight import InFlight, Mutations
from gateway.subgraphs.protocol import (
    SubgraphReply,
    SubgraphRequest,
    SubgraphTimeout,
    SubgraphUnreachable,
)
from tests.testkit.loop_clock import loop_clock


class Held:
    """A subgraph that answers when told to."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.calls: list[SubgraphRequest] = []
        self.cancelled = 0
        self.failure: Exception | None = None

    async def send(self, request: SubgraphRequest) -> SubgraphReply:
        self.calls.append(request)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.failure is not None:
            raise self.failure
        return SubgraphReply(200, b"{}")


def query(
    authorization: str = "", *, seconds: float = 60.0, body: bytes = b"q", request_id: str = "r"
) -> SubgraphRequest:
    deadline = asyncio.get_running_loop().time() + seconds
    headers = {"authorization": authorization, "x-request-id": request_id}
    return SubgraphRequest("one", body, headers, deadline, may_share=True)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_identical_queries_share_one_call_whatever_their_request_ids() -> None:
    held = Held()
    shared = InFlight(held, 10, young=60)
    tasks = [asyncio.create_task(shared.send(query("a", request_id=str(n)))) for n in range(3)]
    await settle()
    assert len(held.calls) == 1
    held.gate.set()
    assert [(await task).body for task in tasks] == [b"{}"] * 3
    await shared.send(query("a"))
    assert len(held.calls) == 2


async def test_whatever_can_change_the_answer_is_not_shared() -> None:
    held = Held()
    shared = InFlight(held, 10, young=60)
    base = query("a")
    requests = [
        base,
        query("b"),
        query(),
        query("a", body=b"other"),
        replace(base, subgraph="two"),
        replace(base, may_share=False),
        replace(base, is_query=False),
        replace(base, is_query=False),
    ]
    tasks = [asyncio.create_task(shared.send(request)) for request in requests]
    tasks.append(asyncio.create_task(shared.send(base, 1)))
    await settle()
    assert len(held.calls) == 9
    held.gate.set()
    await asyncio.gather(*tasks)


async def test_one_waiters_end_is_nobody_elses() -> None:
    held = Held()
    shared = InFlight(held, 10, young=60)
    first = asyncio.create_task(shared.send(query()))
    late = asyncio.create_task(shared.send(query(seconds=0.05)))
    last = asyncio.create_task(shared.send(query()))
    await settle()
    first.cancel()
    with pytest.raises(SubgraphTimeout):
        await late
    assert (len(held.calls), held.cancelled) == (1, 0)
    held.gate.set()
    assert (await last).status == 200


async def test_who_comes_late_inherits_nobodys_patience() -> None:
    held = Held()
    shared = InFlight(held, 600, young=150)
    with loop_clock() as clock:
        tasks = [asyncio.create_task(shared.send(query(seconds=6_000)))]
        await settle()
        clock.ahead += 149
        tasks.append(asyncio.create_task(shared.send(query(seconds=6_000))))
        await settle()
        assert len(held.calls) == 1
        clock.ahead += 60
        came = asyncio.get_running_loop().time()
        tasks += [asyncio.create_task(shared.send(query(seconds=6_000))) for _ in range(3)]
        await settle()
        assert len(held.calls) == 2
        assert held.calls[1].deadline >= came + 600
        held.gate.set()
        assert [(await task).status for task in tasks] == [200] * 5
        assert held.cancelled == 0


async def test_the_call_ends_with_its_last_waiter() -> None:
    held = Held()
    shared = InFlight(held, 10, young=60)
    tasks = [asyncio.create_task(shared.send(query())) for _ in range(2)]
    await settle()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await settle()
    assert held.cancelled == 1
    again = asyncio.create_task(shared.send(query()))
    await settle()
    held.gate.set()
    assert (await again).status == 200


async def test_a_failure_is_everybodys() -> None:
    held = Held()
    held.failure = SubgraphUnreachable("refused")
    shared = InFlight(held, 10, young=60)
    tasks = [asyncio.create_task(shared.send(query())) for _ in range(2)]
    await settle()
    held.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [SubgraphUnreachable] * 2
    assert len(held.calls) == 1


async def test_nobody_joins_a_call_that_is_being_cancelled() -> None:
    held = Held()
    shared = InFlight(held, 10, young=60)
    leaving = asyncio.create_task(shared.send(query()))
    await settle()

    async def come_as_the_other_leaves() -> SubgraphReply:
        leaving.cancel()
        await asyncio.sleep(0)
        return await shared.send(query())

    coming = asyncio.create_task(come_as_the_other_leaves())
    await settle()
    held.gate.set()
    assert (await coming).status == 200
    assert len(held.calls) == 2


async def test_what_asks_after_a_mutation_gets_no_answer_from_before_it() -> None:
    """Also of another subgraph, and also if the mutation failed: it may have been done."""
    held, other, mutations = Held(), Held(), Mutations()
    shared, others = (InFlight(one, 10, mutations, young=60) for one in (held, other))
    before = [asyncio.create_task(one.send(query())) for one in (shared, others)]
    await settle()
    other.gate.set()
    other.failure = SubgraphTimeout("late")
    with pytest.raises(SubgraphTimeout):
        await others.send(replace(query(), is_query=False))
    after = [asyncio.create_task(shared.send(query())) for _ in range(2)]
    await settle()
    assert len(held.calls) == 2
    held.gate.set()
    await asyncio.gather(*before, *after, return_exceptions=True)
    assert len(held.calls) == 2
