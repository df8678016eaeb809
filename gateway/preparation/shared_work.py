"""Equal work is done once: whoever asks for it meanwhile waits for the same."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class _Shared:
    task: asyncio.Task[Any]
    waiters: int = 0


class SharedWork(Generic[K]):
    """Work under way, by key. Nothing is remembered once it has ended.

    Work lives as long as somebody waits for it: one waiter's cancellation ends it for nobody else.
    """

    def __init__(self) -> None:
        self._under_way: dict[K, _Shared] = {}

    async def do(self, key: K, work: Callable[[], Awaitable[Any]]) -> Any:
        """Do ``work``, or wait for the same that is under way."""
        shared = self._under_way.get(key)
        if shared is None:
            shared = _Shared(asyncio.ensure_future(self._run(key, work)))
            self._under_way[key] = shared
        shared.waiters += 1
        try:
            return await asyncio.shield(shared.task)
        finally:
            shared.waiters -= 1
            if shared.waiters == 0 and not shared.task.done():
                # Forgotten at once: whoever asks in this same turn must not join what ends.
                self._forget(key, shared.task)
                shared.task.cancel()

    async def _run(self, key: K, work: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await work()
        finally:
            self._forget(key, asyncio.current_task())

    def _forget(self, key: K, task: asyncio.Task[Any] | None) -> None:
        shared = self._under_way.get(key)
        if shared is not None and shared.task is task:
            del self._under_way[key]
