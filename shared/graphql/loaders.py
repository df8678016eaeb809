"""Batching of look-ups: what is asked for in one turn of the loop leaves as one load."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import TypeVar

from strawberry.dataloader import DataLoader

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
LoadMany = Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]
MAX_BATCH = 1_000


class Loads:
    """The loads of one request, which end with it.

    A loader runs each load in a task of its own: cancelling who waits for it does not cancel it.
    """

    def __init__(self) -> None:
        self._running: set[asyncio.Task[object]] = set()
        self._ended = False

    def loader(self, load_many: LoadMany[Key, Value]) -> DataLoader[Key, Value | None]:
        """A loader over ``load_many``, which returns what it found by key; the rest is None.

        It remembers what it loaded, and users must never share that.
        """

        async def load(keys: list[Key]) -> list[Value | None]:
            task = asyncio.current_task()
            if self._ended or task is None:
                raise asyncio.CancelledError
            self._running.add(task)
            try:
                found = await load_many(keys)
            finally:
                self._running.discard(task)
            return [found.get(key) for key in keys]

        return DataLoader(load_fn=load, max_batch_size=MAX_BATCH)

    def end(self) -> None:
        """Nobody waits any more: cancel what is being loaded."""
        self._ended = True
        for task in self._running:
            task.cancel()
