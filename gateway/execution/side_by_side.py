"""Pieces of work that run at the same time, told as they end.

``asyncio.wait`` does the same, but hangs a callback on every task for each wait: with fetches that
end one by one that is most of what waiting costs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SideBySide(Generic[T]):
    """Work under way, each piece in a task of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended: list[T] = []
        self._failure: BaseException | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._count = 0

    def __bool__(self) -> bool:
        """Whether there is anything that has not been told yet."""
        return self._count > 0

    def start(self, work: Coroutine[Any, Any, T]) -> None:
        """Begin a piece of work."""
        self._count += 1
        self._tasks.add(self._loop.create_task(self._follow(work)))

    async def ended(self) -> list[T]:
        """Wait until something ends; return what has since the last time. Raises what it raised."""
        if not self._ended and self._failure is None:
            self._waiting = self._loop.create_future()
            await self._waiting
        if self._failure is not None:
            raise self._failure
        ended, self._ended = self._ended, []
        self._count -= len(ended)
        return ended

    async def cancel(self) -> None:
        """Cancel what is under way, and wait until it is."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, work: Coroutine[Any, Any, T]) -> None:
        try:
            outcome = await work
            self._ended.append(outcome)  # not in one: the list is another one by then
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001  raised where it is waited for
            self._failure = error
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
