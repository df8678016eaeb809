"""This process stands still now and then, as on a busy machine; deadlines of others run on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

Result = TypeVar("Result")
TICK_SECONDS = 0.02
MOST_TURNS = 20


async def unless_held_up(
    attempt: Callable[[], Awaitable[Result]], *, seconds: float = 0.5
) -> Result:
    """What ``attempt`` comes to; again where a connection broke after we stood still so long."""
    for _ in range(MOST_TURNS):
        stalls = [0.0]
        watching = asyncio.create_task(_note(stalls))
        try:
            return await attempt()
        except ConnectionError:
            if max(stalls) < seconds:
                raise
        finally:
            watching.cancel()
    raise TimeoutError("held up again and again")


async def _note(stalls: list[float]) -> None:
    """Note how late each tick came, in seconds."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + TICK_SECONDS
        await asyncio.sleep(TICK_SECONDS)
        stalls.append(loop.time() - due)
