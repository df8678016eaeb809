"""Slots follow the loop's lateness, and nobody is begun who could not be done in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

import pytest

from shared.http.admission import FEWEST_SLOTS, Admission, Arrival, Overloaded
from tests.testkit.loop_clock import loop_clock

LATE, ON_TIME = 0.3, 0.0


@asynccontextmanager
async def held(admission: Admission, count: int) -> AsyncIterator[list[asyncio.Event]]:
    """So many queries at work, each until its event is set."""
    ends = [asyncio.Event() for _ in range(count)]

    async def query(end: asyncio.Event) -> None:
        async with admission.slot():
            await end.wait()

    tasks = [asyncio.create_task(query(end)) for end in ends]
    await asyncio.sleep(0)
    yield ends
    for end in ends:
        end.set()
    await asyncio.gather(*tasks)


async def asked(admission: Admission, until: float | None = None) -> None:
    async with admission.slot(until):
        pass


async def test_slots_become_fewer_while_the_loop_stays_late_and_come_back() -> None:
    admission = Admission(slots=20, requests=500, patience=5.0)
    async with held(admission, 20) as ends:
        for _ in range(3):
            admission.look(LATE)
        assert admission.slots == 14
        waits = asyncio.create_task(asked(admission))
        for end in ends[:6]:
            end.set()
        await asyncio.sleep(0.01)
        assert admission.at_work == 14
        assert admission.waiting == 1
        ends[6].set()
        await waits
        for _ in range(20):
            admission.look(LATE)
        assert admission.slots == FEWEST_SLOTS
    for _ in range(20):
        admission.look(ON_TIME)
    assert admission.slots == 20


async def test_slots_that_come_back_go_to_those_in_line() -> None:
    admission = Admission(slots=20, requests=500, patience=5.0)
    for _ in range(20):
        admission.look(LATE)
    async with held(admission, 10):
        assert (admission.at_work, admission.waiting) == (FEWEST_SLOTS, 10 - FEWEST_SLOTS)
        for _ in range(10):
            admission.look(ON_TIME)
        assert (admission.at_work, admission.waiting) == (10, 0)


async def test_late_once_or_now_and_then_changes_nothing() -> None:
    admission = Admission(slots=20, requests=500, patience=5.0)
    for lag in (LATE, LATE, ON_TIME) * 10:
        admission.look(lag)
    assert admission.slots == 20


async def test_whoever_could_not_be_done_in_time_is_refused_before_the_deadline() -> None:
    admission = Admission(slots=1, requests=500, patience=60.0)
    loop = asyncio.get_running_loop()
    admission._work = 30.0  # seconds, as measured before
    async with held(admission, 1):
        with pytest.raises(Overloaded):
            await asked(admission, loop.time() + 20)  # at once: 30 s of work do not fit
        assert admission.waiting == 0
        waits = asyncio.create_task(asked(admission, loop.time() + 30.05))
        async with asyncio.timeout(20):  # not the 30 s of its deadline
            with pytest.raises(Overloaded):
                await waits
    assert admission.at_work == 0
    await asked(admission, loop.time() + 1)  # a free slot is always given: only so it is measured


async def test_a_turn_that_comes_too_late_is_not_taken() -> None:
    """The loop was held over the end of a query's patience."""
    admission = Admission(slots=1, requests=500, patience=60.0)
    with loop_clock() as clock:
        async with held(admission, 1) as (end,):
            waits = asyncio.create_task(asked(admission))
            await asyncio.sleep(0)
            assert admission._line[0].latest < clock() + 121
            clock.ahead += 121
            end.set()
            with pytest.raises(Overloaded):
                await waits
        assert admission.refused == 1
        await asked(admission)


async def test_a_line_is_as_long_as_can_be_served_in_time() -> None:
    """Ten queries of 100 s each let go of ten in that time: in half of it, five are served."""
    admission = Admission(slots=10, requests=500, patience=50.0)
    admission._measure(100.0, at_work=10)
    async with held(admission, 10):
        waits = [asyncio.create_task(asked(admission)) for _ in range(30)]
        await asyncio.sleep(0)
        assert (admission.waiting, admission.refused) == (5, 25)
    outcomes = await asyncio.gather(*waits, return_exceptions=True)
    assert [type(each) for each in outcomes] == [type(None)] * 5 + [Overloaded] * 25


async def test_a_line_is_short_before_anything_was_measured() -> None:
    admission = Admission(slots=10, requests=500, patience=0.5)
    async with held(admission, 10):
        waits = [asyncio.create_task(asked(admission)) for _ in range(30)]
        await asyncio.sleep(0)
        assert admission.waiting == 20
    await asyncio.gather(*waits, return_exceptions=True)


async def test_whoever_stands_too_far_back_is_told_when_the_pace_falls() -> None:
    admission = Admission(slots=2, requests=500, patience=6_000.0)
    admission._measure(100.0, at_work=2)
    async with held(admission, 2) as (first, _):
        waits = [asyncio.create_task(held_for_long(admission)) for _ in range(100)]
        await asyncio.sleep(0)
        assert admission.waiting == 100
        for _ in range(100):
            admission._measure(1_000.0, at_work=2)
        first.set()
        await asyncio.sleep(0.01)
        # One has its turn, the next come every 450 s: who would wait over twice 6,000 s is told
        assert (admission.waiting, admission.refused) == (26, 73)
        for each in waits:
            each.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


async def held_for_long(admission: Admission) -> None:
    async with admission.slot():
        await asyncio.sleep(60)


async def test_whoever_was_let_into_the_line_gets_its_turn_a_little_late() -> None:
    """Refused at the end of its patience, it would have waited for nothing."""
    admission = Admission(slots=1, requests=500, patience=60.0)
    with loop_clock() as clock:
        async with held(admission, 1) as (end,):
            waits = asyncio.create_task(asked(admission))
            await asyncio.sleep(0)
            clock.ahead += 61
            end.set()
            await waits
    assert admission.refused == 0


async def test_whoever_has_come_and_is_not_in_line_yet_counts() -> None:
    admission = Admission(slots=2, requests=500, patience=0.5)
    seen = [(admission.is_full, Arrival(admission)) for _ in range(7)]
    assert [is_full for is_full, _ in seen] == [False] * 6 + [True]  # two slots, a line of four
    for _ in range(3):
        seen[0][1].settle()
    assert admission.arriving == 6


async def test_it_is_full_past_the_hard_bound_however_fast_work_is() -> None:
    admission = Admission(slots=2, requests=3, patience=0.5)
    admission._measure(0.0001, at_work=1)
    seen = []
    with ExitStack() as inside:
        for _ in range(4):
            seen.append(admission.is_full)
            if not seen[-1]:
                inside.enter_context(admission.entered())
    assert seen == [False, False, False, True]


async def test_whoever_goes_away_keeps_no_slot() -> None:
    admission = Admission(slots=1, requests=500, patience=60.0)
    admission._measure(1.0, at_work=1)
    async with held(admission, 1) as (end,):
        goes, goes_at_its_turn, stays = (asyncio.create_task(asked(admission)) for _ in range(3))
        await asyncio.sleep(0)
        goes.cancel()
        end.set()
        await asyncio.sleep(0)
        goes_at_its_turn.cancel()
        await stays
    assert (admission.at_work, admission.waiting) == (0, 0)
    await asyncio.gather(goes, goes_at_its_turn, return_exceptions=True)
    await asked(admission)
