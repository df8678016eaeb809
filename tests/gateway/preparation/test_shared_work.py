"""Equal work under way is done once."""

from __future__ import annotations

import asyncio

import pytest

from gateway.preparation import SharedWork


class Work:
    """Counts how often it began and was cancelled; ends when it is told."""

    def __init__(self) -> None:
        self.begun = 0
        self.cancelled = 0
        self.may_end = asyncio.Event()

    async def __call__(self) -> int:
        self.begun += 1
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return self.begun


async def test_whoever_asks_meanwhile_waits_for_the_same() -> None:
    shared: SharedWork[str] = SharedWork()
    work = Work()
    asking = [asyncio.create_task(shared.do("a", work)) for _ in range(3)]
    await asyncio.sleep(0)
    work.may_end.set()
    assert await asyncio.gather(*asking) == [1, 1, 1]
    assert await shared.do("a", work) == 2


async def test_one_waiter_that_leaves_ends_it_for_nobody_else() -> None:
    shared: SharedWork[str] = SharedWork()
    work = Work()
    first, second = (asyncio.create_task(shared.do("a", work)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    work.may_end.set()
    assert await second == 1


async def test_work_that_nobody_waits_for_ends() -> None:
    shared: SharedWork[str] = SharedWork()
    work = Work()
    asking = asyncio.create_task(shared.do("a", work))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.sleep(0)
    assert work.cancelled == 1


async def test_a_failure_reaches_all_that_wait() -> None:
    shared: SharedWork[str] = SharedWork()

    async def fail() -> None:
        await asyncio.sleep(0)
        raise ValueError("no")

    asking = [asyncio.create_task(shared.do("a", fail)) for _ in range(2)]
    results = await asyncio.gather(*asking, return_exceptions=True)
    assert [str(result) for result in results] == ["no", "no"]
