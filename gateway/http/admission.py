"""How much is taken on at once: past it, 503 with Retry-After at the door, before any work.

::

    requests at once    at most ``limit``, which lies between FEWEST and MAX_REQUESTS
    the loop is late    three looks in a row, 0.1 s apart: the limit falls to 7/10 of what is there
    it is on time       the limit rises by a tenth, and a little: all of it is back in 4 s

One late look is a burst that was taken on, or a machine that did something else for a moment, and
is over before refusing would help. A loop that stays late has more to do than it can: each request
that is taken on then makes all others later. Both directions follow what is measured, because no
fixed number fits 0.3 ms of work a request and 30 ms (as in TCP: additive increase, multiplicative
decrease; the standing queue as sign is CoDel's, RFC 8289).
"""

from __future__ import annotations

import asyncio

from gateway.http.errors import HttpRefused

SAMPLE_SECONDS = 0.1
FEWEST = 64
"""Always taken on: so few can be late, but not because of each other."""

_LATE_LOOKS = 3
_FALL = 0.7
_RISE = 1.1
_RISE_AT_LEAST = 16


class Admission:
    """Counts requests in flight, measures the loop's lateness, and moves the limit by it."""

    def __init__(self, max_requests: int, max_lag: float) -> None:
        self.max_requests = max_requests
        self.max_lag = max_lag
        self.limit = max_requests
        self.in_flight = 0
        self.refused = 0
        self.lag = 0.0
        self._most = 0
        self._late_looks = 0
        self._handle: asyncio.TimerHandle | None = None

    @property
    def has_room(self) -> bool:
        """Whether ``enter`` would take a request on now."""
        return self.in_flight < self.limit

    def enter(self) -> None:
        """Take a request on; call ``leave`` when it ends. Raises HttpRefused (503)."""
        if self.in_flight >= self.limit:
            self.refused += 1
            raise HttpRefused(
                503,
                "UNAVAILABLE",
                "Too many requests at once. Try again.",
                {"retry-after": "1"},
                retryable=True,
            )
        self.in_flight += 1
        self._most = max(self._most, self.in_flight)

    def leave(self) -> None:
        """A request that was taken on has ended."""
        self.in_flight -= 1

    def look(self, lag: float) -> None:
        """Move the limit by how late the loop is, in seconds."""
        self.lag = lag
        most, self._most = self._most, self.in_flight
        if lag <= self.max_lag:
            self._late_looks = 0
            risen = max(int(self.limit * _RISE), self.limit + _RISE_AT_LEAST)
            self.limit = min(self.max_requests, risen)
            return
        self._late_looks += 1
        if self._late_looks >= _LATE_LOOKS:
            fewest = min(FEWEST, self.max_requests)
            self.limit = max(fewest, int(min(self.limit, most) * _FALL))

    def begin_sampling(self) -> None:
        """Measure the loop's lateness until ``end_sampling``."""
        loop = asyncio.get_running_loop()
        due = loop.time() + SAMPLE_SECONDS

        def sample() -> None:
            self.look(max(0.0, loop.time() - due))
            self.begin_sampling()

        self._handle = loop.call_at(due, sample)

    def end_sampling(self) -> None:
        """Stop measuring."""
        if self._handle is not None:
            self._handle.cancel()
