"""Batching of look-ups: what is asked for in one turn of the loop leaves as one load."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import TypeVar

from strawberry.dataloader import DataLoader

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
MAX_BATCH = 1_000


def batch_loader(
    load_many: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]],
) -> DataLoader[Key, Value | None]:
    """A loader over ``load_many``, which returns what it found by key; the rest is None.

    Make one per request: it remembers what it loaded, and users must never share that. A mutation
    that changes what was loaded calls ``loader.clear(key)``.
    """

    async def load(keys: list[Key]) -> list[Value | None]:
        found = await load_many(keys)
        return [found.get(key) for key in keys]

    return DataLoader(load_fn=load, max_batch_size=MAX_BATCH)
