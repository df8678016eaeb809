"""Operations that come at once begin a few in a turn of the event loop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

STARTED_IN_A_TURN = 16


class Starts:
    """The line of those that begin later.

    Of a thousand requests that are there in one turn each would begin in the next, and take up to
    0.5 ms until it is in line, refused, or waits for somebody. What else comes, liveness too, would
    wait for all of them. ``path``: of operations; other requests need no such line.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._begun = 0
        """In this turn."""
        self._later: deque[Callable[[], None]] = deque()

    def add(self, begin: Callable[[], None]) -> None:
        """Call ``begin`` now, or in a later turn, in order."""
        if self._later or self._begun >= STARTED_IN_A_TURN:
            self._later.append(begin)
            return
        if self._begun == 0:
            asyncio.get_running_loop().call_soon(self._next_turn)
        self._begun += 1
        begin()

    def _next_turn(self) -> None:
        self._begun = min(len(self._later), STARTED_IN_A_TURN)
        if self._begun:
            asyncio.get_running_loop().call_soon(self._next_turn)
        for _ in range(self._begun):
            self._later.popleft()()
