"""A bound that follows what the event loop can do: it falls while the loop stays late.

::

    the loop is late    three looks in a row, 0.1 s apart: the bound falls to 7/10 of what is there
    it is on time       the bound rises by a tenth, and a little, up to all of it

One late look is a burst that was taken on, or a machine that did something else for a moment, and
is over before refusing would help. A loop that stays late has more to do than it can: each piece of
work that is taken on then makes all others later. Both directions follow what is measured, because
no fixed number fits 0.3 ms of work a request and 30 ms (as in TCP: additive increase,
multiplicative decrease; the standing queue as sign is CoDel's, RFC 8289).
"""

import asyncio
from collections.abc import Callable

SAMPLE_SECONDS = 0.1
_LATE_LOOKS = 3
_FALL = 0.7
_RISE = 1.1


class MovingBound:
    """``now`` lies between ``fewest`` and ``most``.

    ``rise``: by how much it comes back at least with each look on time. ``max_lag``: a loop that
    comes later than this, in seconds, is late.
    """

    def __init__(self, most: int, *, fewest: int, rise: int, max_lag: float) -> None:
        self.now = most
        self.lag = 0.0
        self._most = most
        self._fewest = min(fewest, most)
        self._rise = rise
        self._max_lag = max_lag
        self._late_looks = 0

    def look(self, lag: float, taken: int) -> None:
        """Move by how late the loop is, in seconds, and the most that was taken on meanwhile."""
        self.lag = lag
        if lag <= self._max_lag:
            self._late_looks = 0
            self.now = min(self._most, max(int(self.now * _RISE), self.now + self._rise))
            return
        self._late_looks += 1
        if self._late_looks >= _LATE_LOOKS:
            self.now = max(self._fewest, int(min(self.now, taken) * _FALL))


class LagSampler:
    """Calls ``look(lag)`` every ``SAMPLE_SECONDS`` with how late the loop came, in seconds."""

    def __init__(self, look: Callable[[float], None]) -> None:
        self._look = look
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Measure the running loop until ``stop``."""
        loop = asyncio.get_running_loop()
        due = loop.time() + SAMPLE_SECONDS

        def sample() -> None:
            self._look(max(0.0, loop.time() - due))
            self.start()

        self._handle = loop.call_at(due, sample)

    def stop(self) -> None:
        """Stop measuring."""
        if self._handle is not None:
            self._handle.cancel()
