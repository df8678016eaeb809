"""Deadlines: they end what is awaited, and take no other cancellation for theirs."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

from shared.loop.until import Until
from tests.testkit.loop_clock import loop_clock


def in_seconds(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


@pytest.mark.parametrize("seconds", [-1, 0, 0.01])
async def test_what_takes_longer_is_ended(seconds: float) -> None:
    with pytest.raises(TimeoutError), Until(in_seconds(seconds)):
        await asyncio.sleep(60)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    await asyncio.sleep(0)  # nothing of it is left for the next await


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_what_came_while_the_loop_was_held_is_taken(
    run: Callable[[Coroutine[Any, Any, bytes]], bytes],
) -> None:
    ours, theirs = socket.socketpair()

    def hold_the_loop() -> None:
        time.sleep(0.3)
        theirs.sendall(b"here")

    async def read() -> bytes:
        reader, writer = await asyncio.open_connection(sock=ours)
        asyncio.get_running_loop().call_soon(hold_the_loop)
        try:
            with Until(in_seconds(0.05)):
                return await reader.readexactly(4)
        finally:
            writer.close()
            await writer.wait_closed()

    with theirs:
        assert run(read()) == b"here"


async def test_whoever_is_too_late_for_the_last_look_is_ended_too() -> None:
    """Also where somebody else begins meanwhile, whose time is up already."""

    async def work() -> None:
        await asyncio.sleep(0.1)
        with Until(in_seconds(-1)):
            await asyncio.sleep(60)

    asyncio.get_running_loop().call_later(0.01, time.sleep, 0.2)
    with pytest.raises(TimeoutError), Until(in_seconds(0.05)):
        await work()


async def test_a_timer_that_is_left_over_delays_nobody() -> None:
    """It rings late, and nobody is there whose socket could be looked at."""
    with loop_clock() as clock:
        with Until(in_seconds(5)):
            pass
        clock.ahead += 3_600
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    with pytest.raises(TimeoutError), Until(in_seconds(-1)):
        await asyncio.sleep(2)


async def test_what_ends_in_time_is_left_alone() -> None:
    with Until(in_seconds(60)):
        await asyncio.sleep(0)
    with Until(in_seconds(0.01)):
        pass  # no turn of the loop: on a busy machine it could be the last
    await asyncio.sleep(0.03)


async def test_the_inner_of_two_ends_only_what_is_in_it() -> None:
    with Until(in_seconds(60)):
        with pytest.raises(TimeoutError), Until(in_seconds(0.01)):
            await asyncio.sleep(60)
        await asyncio.sleep(0)


async def test_the_outer_of_two_ends_both() -> None:
    passed: list[str] = []

    async def inner() -> None:
        try:
            with Until(in_seconds(60)):
                await asyncio.sleep(60)
        except TimeoutError:
            passed.append("inner")

    with pytest.raises(TimeoutError), Until(in_seconds(0.01)):
        await inner()
    assert passed == []


async def test_a_cancellation_from_elsewhere_stays_one() -> None:
    async def work() -> None:
        with Until(in_seconds(60)):
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancellation_wins_over_a_deadline_of_the_same_turn() -> None:
    async def work(until: Until) -> None:
        with until:
            await asyncio.sleep(60)

    until = Until(in_seconds(60))
    task = asyncio.create_task(work(until))
    await asyncio.sleep(0)
    task.cancel()
    until.expire()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_of_the_work_is_its_own() -> None:
    with pytest.raises(ValueError, match="mine"), Until(in_seconds(60)):
        raise ValueError("mine")
