"""Figures added up in plain numbers, and handed to prometheus_client when somebody asks for them.

prometheus_client takes a lock for each sample, and where several processes share one port it also
asks for the process id and writes to a file: 2 to 10 µs a sample, several for every request.

    count.pending += 1         in every request
    tallies.hand_over()        when /metrics is read; where processes share, several times a second
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from prometheus_client import Counter, Histogram


class Tally:
    """What is to be added to a counter. ``pending``: since it was handed over."""

    __slots__ = ("_counter", "pending")

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self.pending = 0

    def hand_over(self) -> None:
        """Add what is pending to the counter."""
        pending, self.pending = self.pending, 0
        if pending:
            self._counter.inc(pending)


class Spread:
    """What is to be added to a histogram with the upper bounds ``bounds``."""

    __slots__ = ("_bounds", "_counts", "_histogram", "_sum")

    def __init__(self, histogram: Histogram, bounds: Sequence[float]) -> None:
        self._histogram = histogram
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        """Count ``value`` where it falls."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def hand_over(self) -> None:
        """Add what is pending to the histogram, by the values that its own ``observe`` adds to."""
        if not any(self._counts):
            return
        for bucket, count in zip(self._histogram._buckets, self._counts, strict=True):  # noqa: SLF001
            if count:
                bucket.inc(count)
        self._histogram._sum.inc(self._sum)  # noqa: SLF001
        self._counts = [0] * len(self._counts)
        self._sum = 0.0
