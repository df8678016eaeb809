"""A bounded memory of what depends only on documents: least recently used goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """At most ``entries`` values whose weights sum to at most ``weight``.

    A value heavier than a quarter of the whole is not kept: it would push out too many others.
    """

    def __init__(self, entries: int, weight: int | None = None) -> None:
        self.entries = entries
        self.weight = weight
        self.total = 0
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        """Return what is kept under ``key``."""
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V, weight: int = 0) -> None:
        """Keep ``value``, letting go of the least recently used past the bounds."""
        if self.weight is not None and weight * 4 > self.weight:
            return
        old = self._values.pop(key, None)
        if old is not None:
            self.total -= old[1]
        self._values[key] = (value, weight)
        self.total += weight
        while len(self._values) > self.entries or (
            self.weight is not None and self.total > self.weight
        ):
            _, (_, freed) = self._values.popitem(last=False)
            self.total -= freed

    def keys(self) -> list[K]:
        """Return the keys, the most recently used first."""
        return list(reversed(self._values))
