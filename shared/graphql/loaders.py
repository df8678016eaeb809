"""Batching of look-ups: what is asked for in one turn of the loop leaves as one load."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Mapping, Sequence
from typing import Generic, TypeAlias, TypeVar

from strawberry.dataloader import DataLoader

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
LoadMany = Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]
MAX_BATCH = 1_000
Start: TypeAlias = Callable[[Coroutine[object, object, None]], "asyncio.Task[None]"]


class Together(Generic[Key, Value]):
    """Look-ups of many keys at a time: a future for each caller, where a DataLoader has one for
    each key. Who asks in one turn of the loop shares one load; what is known is not loaded again.
    """

    def __init__(self, load_many: LoadMany[Key, Value], start: Start) -> None:
        self._load_many = load_many
        self._start = start
        self._known: dict[Key, Value | None] = {}
        self._wanted: dict[Key, None] = {}
        self._next: asyncio.Task[None] | None = None
        self._on_the_way: dict[Key, asyncio.Task[None]] = {}

    async def __call__(self, keys: Sequence[Key]) -> Mapping[Key, Value | None]:
        """What is known of these keys by then, and of others."""
        for task in self._loads_of([key for key in keys if key not in self._known]):
            await asyncio.shield(task)
        return self._known

    def _loads_of(self, keys: Sequence[Key]) -> "set[asyncio.Task[None]]":
        """The loads that bring them: under way, or the next."""
        loads = set()
        for key in keys:
            task = self._on_the_way.get(key)
            if task is None:
                self._wanted[key] = None
                task = self._next = self._next or self._start(self._load())
            loads.add(task)
        return loads

    async def _load(self) -> None:
        await asyncio.sleep(0)  # whoever asks in this turn
        keys, task = list(self._wanted), self._next
        self._wanted, self._next = {}, None
        if task is not None:
            self._on_the_way.update(dict.fromkeys(keys, task))
        try:
            for start in range(0, len(keys), MAX_BATCH):
                batch = keys[start : start + MAX_BATCH]
                found = await self._load_many(batch)
                self._known.update((key, found.get(key)) for key in batch)
        finally:
            for key in keys:
                self._on_the_way.pop(key, None)


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

    def together(self, load_many: LoadMany[Key, Value]) -> Together[Key, Value]:
        """Look-ups of many keys at a time, over the same."""
        return Together(load_many, self._begun)

    def _begun(self, work: Coroutine[object, object, None]) -> "asyncio.Task[None]":
        if self._ended:
            work.close()
            raise asyncio.CancelledError
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended_one)
        return task

    def _ended_one(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waited has it; nobody may, when they were cancelled

    def end(self) -> None:
        """Nobody waits any more: cancel what is being loaded."""
        self._ended = True
        for task in list(self._running):
            task.cancel()
