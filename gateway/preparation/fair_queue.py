"""Whose document is prepared next: clients in turn, so that a flood delays its sender."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Items by client. Clients have turns; of their items the oldest and the smallest alternate.

    The smallest: behind one address stand many users, and a short query of one must not wait for
    all the long ones of another. The oldest: long ones have their turn too.
    """

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, deque[tuple[int, T]]] = OrderedDict()
        self._takes_smallest = False

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, client: str, size: int, item: T) -> None:
        """Add an item of ``client``."""
        self._waiting.setdefault(client, deque()).append((size, item))

    def take(self) -> T:
        """Take out the next item. Raises KeyError if there is none."""
        client, items = self._waiting.popitem(last=False)
        at = 0
        if self._takes_smallest:
            at = min(range(len(items)), key=lambda index: items[index][0])
        self._takes_smallest = not self._takes_smallest
        _, item = items[at]
        del items[at]
        if items:
            self._waiting[client] = items  # behind all others
        return item
