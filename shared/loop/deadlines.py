"""Deadlines of much that is under way, with one timer for all of them.

A timer per call costs more than the rest of the call. Calls mostly have the same time to live, so
that whoever comes later also ends later: the timer stands at the earliest deadline, is left alone
as calls come and go, and looks around when it rings.

    calls      a: until 10.0    b: until 10.1    c: until 10.2        (a is answered at 0.01)
    timer      at 10.0 ───────> rings: a is gone, b is next ────────> at 10.1

A process that was held (SIGSTOP, a paused machine) hears of its clock before its sockets: what it
waited for may be there. So a timer that rings late looks once more before anything expires.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Protocol

HELD_SECONDS = 0.02
"""A timer that rings so late was held up: by the process, or by the machine."""
LAST_LOOK_SECONDS = 0.05
"""How long what has arrived meanwhile may take until it is noticed."""


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
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(when, self._ring, max(when, loop.time()))

    def _ring(self, due: float) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() - due > HELD_SECONDS and self._expired():
            self._rings_at = -math.inf  # nobody who comes meanwhile cuts it short
            self._timer = loop.call_later(LAST_LOOK_SECONDS, self._expire)
        else:
            self._expire()

    def _expire(self) -> None:
        self._timer = None
        self._rings_at = math.inf
        for call in sorted(self._expired(), key=_deadline):  # a late loop may find several
            self._watched.discard(call)
            call.expire()
        if self._watched:
            self._ring_at(min(call.deadline for call in self._watched))

    def _expired(self) -> list[Expiring]:
        now = asyncio.get_running_loop().time()
        return [call for call in self._watched if call.deadline <= now]


def _deadline(call: Expiring) -> float:
    return call.deadline
