"""How much is taken on at once: past it, 503 with Retry-After at the door, before any work.

At most ``limit`` requests, which lies between ``FEWEST`` and MAX_REQUESTS and follows how late the
event loop is (``shared.loop.overload``): all of it is back in 4 s.
"""

from __future__ import annotations

from gateway.http.errors import HttpRefused
from shared.loop.overload import LagSampler, MovingBound

FEWEST = 64
"""Always taken on: so few can be late, but not because of each other."""

_RISE_AT_LEAST = 16


class Admission:
    """Counts requests in flight, measures the loop's lateness, and moves the limit by it."""

    def __init__(self, max_requests: int, max_lag: float) -> None:
        self.in_flight = 0
        self.refused = 0
        self._bound = MovingBound(max_requests, fewest=FEWEST, rise=_RISE_AT_LEAST, max_lag=max_lag)
        self._most = 0
        self._sampler = LagSampler(self.look)

    @property
    def limit(self) -> int:
        """How many are taken on at present."""
        return self._bound.now

    @property
    def has_room(self) -> bool:
        """Whether ``enter`` would take a request on now."""
        return self.in_flight < self._bound.now

    def enter(self) -> None:
        """Take a request on; call ``leave`` when it ends. Raises HttpRefused (503)."""
        if self.in_flight >= self._bound.now:
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
        most, self._most = self._most, self.in_flight
        self._bound.look(lag, most)

    def begin_sampling(self) -> None:
        """Measure the loop's lateness until ``end_sampling``."""
        self._sampler.start()

    def end_sampling(self) -> None:
        """Stop measuring."""
        self._sampler.stop()
