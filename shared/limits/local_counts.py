"""Attempts counted by one process, by a clock that nobody can set.

The same two neighbouring windows as in Redis. The library's own store goes by the time of day: set
back by an hour, whoever was refused would stay so for an hour longer, and set forward, whoever
guesses passwords would have another go at once.
"""

import heapq
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from shared.errors import RateLimited

_LOOKED_AT = 2
"""Old keys that each new one may push out: more than come, so that they become fewer."""


@dataclass(slots=True)
class _Windows:
    """What was counted in window ``number`` (of ``seconds`` each) and in the one before."""

    seconds: int
    number: int
    count: int = 0
    earlier: int = 0

    def move_to(self, number: int) -> None:
        """Make ``number`` the current window."""
        if number != self.number:
            self.earlier = self.count if number == self.number + 1 else 0
            self.count = 0
            self.number = number

    @property
    def ends(self) -> float:
        """From when on nothing of it counts."""
        return (self.number + 2) * self.seconds


class LocalCounts:
    """Counters and notes of one process. ``clock``: seconds that only ever grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: dict[str, _Windows] = {}
        self._notes: dict[str, float] = {}
        self._ends: list[tuple[float, str]] = []

    def take(self, key: str, amount: int, seconds: int, times: int) -> None:
        """Count ``times`` attempts of at most ``amount`` in ``seconds``. Raises ``RateLimited``."""
        now = self._clock()
        number = int(now // seconds)
        windows = self._windows.get(key)
        if windows is None:
            windows = self._windows[key] = _Windows(seconds, number)
            self._expect_end(windows.ends, key, now)
        windows.move_to(number)
        left = (number + 1) * seconds - now
        if math.floor(windows.earlier * left / seconds) + windows.count + times > amount:
            raise RateLimited(_wait(windows, left, amount, times))
        windows.count += times

    def clear(self, key: str) -> None:
        """Forget what was counted."""
        if windows := self._windows.get(key):
            windows.count = windows.earlier = 0

    def remember(self, key: str, seconds: int, *, anew: bool = False) -> None:
        """Note that something happened; a note that is there keeps its end unless ``anew``."""
        now = self._clock()
        end = self._notes.get(key)
        if end is None:
            self._expect_end(now + seconds, key, now)
        if end is None or end <= now or anew:
            self._notes[key] = now + seconds

    def remembered_for(self, key: str) -> int:
        """Seconds for which the note still holds; 0 without one."""
        return max(0, math.ceil(self._notes.get(key, 0.0) - self._clock()))

    def _expect_end(self, end: float, key: str, now: float) -> None:
        """Have ``key`` forgotten after ``end``, and forget some whose time is over."""
        for _ in range(_LOOKED_AT):
            if not self._ends or self._ends[0][0] > now:
                break
            self._forget_ended(heapq.heappop(self._ends)[1], now)
        heapq.heappush(self._ends, (end, key))

    def _forget_ended(self, key: str, now: float) -> None:
        note, windows = self._notes.get(key), self._windows.get(key)
        if note is not None and note <= now:
            del self._notes[key]
        elif note is not None:  # made again meanwhile
            heapq.heappush(self._ends, (note, key))
        if windows is not None and windows.ends <= now:
            del self._windows[key]
        elif windows is not None:  # used again meanwhile
            heapq.heappush(self._ends, (windows.ends, key))


def _wait(windows: _Windows, left: float, amount: int, times: int) -> int:
    """Whole seconds after which ``times`` fit, if nobody else comes; ``left`` of this window."""
    seconds, room = windows.seconds, amount + 1 - times
    if room <= 0:
        return seconds  # it never will
    fading, until = windows.earlier, left
    if windows.count >= room:  # what was counted now must fade, in the next window
        fading, until = windows.count, left + seconds
    else:
        room -= windows.count
    return max(1, math.floor(until - seconds * room / fading) + 1)
