"""The running loop's clock, which a test puts forward.

What ends after a minute is seen to end in no time, and on a busy machine nothing ends before: a
minute is long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock


class LoopClock:
    """Goes on by itself, and by what is added to ``ahead``."""

    def __init__(self, real: Callable[[], float]) -> None:
        self._real = real
        self.ahead = 0.0

    def __call__(self) -> float:
        """The loop's time."""
        return self._real() + self.ahead


@contextmanager
def loop_clock() -> Iterator[LoopClock]:
    """Timers that the block starts must be over at its end: the clock is put back then."""
    loop = asyncio.get_running_loop()
    clock = LoopClock(loop.time)
    with mock.patch.object(loop, "time", clock):
        yield clock
