"""How many requests may be under way at once; the others wait in line."""

from __future__ import annotations

import asyncio
from collections import deque

from gateway.subgraphs.protocol import SubgraphTimeout


class Slots:
    """A fair semaphore whose waiters have deadlines.

    Whoever came first goes first: a slot given back passes to the head of the line, so nobody who
    comes later finds it free. ``asyncio.Semaphore`` would do, but for two things: it costs a
    coroutine and a time-out also where a slot is free, which is nearly always.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._line: deque[asyncio.Future[None]] = deque()

    def take_free(self) -> bool:
        """Take a slot if one is free. Each slot taken must be given back."""
        # While somebody waits nothing is free: give_back hands slots over.
        if self._free == 0:
            return False
        self._free -= 1
        return True

    async def take(self, deadline: float) -> None:
        """Take a slot, in turn. Raises SubgraphTimeout at ``deadline`` (the loop's clock)."""
        if self.take_free():
            return
        turn = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            async with asyncio.timeout_at(deadline):
                await turn
        except BaseException as error:
            self._leave(turn)
            if isinstance(error, TimeoutError):
                raise SubgraphTimeout("no free slot before the deadline") from None
            raise

    def give_back(self) -> None:
        """Give a slot to the next in line, or keep it free."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _leave(self, turn: asyncio.Future[None]) -> None:
        """Whoever goes away in the very moment of its turn passes the slot on."""
        if turn.done() and not turn.cancelled():
            self.give_back()
            return
        turn.cancel()
        if turn in self._line:
            self._line.remove(turn)
