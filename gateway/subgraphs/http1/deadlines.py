"""Deadlines of all calls of one client, with one timer for all of them.

A timer per call costs more than the rest of the call. Calls mostly have the same time to live, so
that whoever comes later also ends later: the timer stands at the earliest deadline, is left alone
as calls come and go, and looks around when it rings.

    calls      a: until 10.0    b: until 10.1    c: until 10.2        (a is answered at 0.01)
    timer      at 10.0 ───────> rings: a is gone, b is next ────────> at 10.1
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Protocol


class Expiring(Protocol):
    """Something under way. ``deadline``: in seconds of the loop's clock."""

    deadline: float

    def expire(self) -> None:
        """The deadline passed."""
        ...


class Deadlines:
    """Calls ``expire`` of whatever is still watched at its deadline."""

    def __init__(self) -> None:
        self._watched: set[Expiring] = set()
        self.forget: Callable[[Expiring], None] = self._watched.discard
        """A call has ended."""
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = math.inf

    def watch(self, call: Expiring) -> None:
        """Watch ``call`` until ``forget``; its deadline may no longer change."""
        self._watched.add(call)
        if call.deadline < self._rings_at:
            self._ring_at(call.deadline)

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._rings_at = math.inf

    def _ring_at(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings_at = when
        self._timer = asyncio.get_running_loop().call_at(when, self._ring)

    def _ring(self) -> None:
        now = asyncio.get_running_loop().time()
        self._timer = None
        self._rings_at = math.inf
        expired = [call for call in self._watched if call.deadline <= now]
        for call in sorted(expired, key=_deadline):  # a late loop may find several
            self._watched.discard(call)
            call.expire()
        if self._watched:
            self._ring_at(min(call.deadline for call in self._watched))


def _deadline(call: Expiring) -> float:
    return call.deadline
