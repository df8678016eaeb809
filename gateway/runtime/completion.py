"""Work that goes on to its end though nobody waits for it any more."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_going_on: set[asyncio.Task[Any]] = set()  # the loop itself holds tasks only weakly


async def run_to_completion(work: Coroutine[Any, Any, T]) -> T:
    """Await ``work`` in a task of its own: cancelling the waiter leaves it running."""
    task = asyncio.create_task(work)
    _going_on.add(task)
    task.add_done_callback(_going_on.discard)
    return await asyncio.shield(task)


async def all_completed() -> None:
    """Wait for what is still going on, before the clients to the subgraphs are closed."""
    loop = asyncio.get_running_loop()
    own = [task for task in _going_on if task.get_loop() is loop]
    if own:
        await asyncio.gather(*own, return_exceptions=True)
