"""How much is taken on at once: past it, 503 with Retry-After at the door, before any work.

Two signs of overload: too many requests at once, and an event loop that comes late while very many
wait. The second keeps the latency of admitted requests where the processor is the limit; a burst of
a thousand is served, however slow the machine.
"""

from __future__ import annotations

import asyncio

from gateway.http.errors import HttpRefused

SAMPLE_SECONDS = 0.1
BUSY = 1_100  # with fewer requests at once, a late loop is a slow machine's, not an overload's


class Admission:
    """Counts requests in flight and measures the loop's lateness."""

    def __init__(self, max_requests: int, max_lag: float) -> None:
        self.max_requests = max_requests
        self.max_lag = max_lag
        self.in_flight = 0
        self.refused = 0
        self.lag = 0.0
        self._handle: asyncio.TimerHandle | None = None

    @property
    def has_room(self) -> bool:
        """Whether ``enter`` would take a request on now."""
        return self.in_flight < self.max_requests and (
            self.lag <= self.max_lag or self.in_flight < BUSY
        )

    def enter(self) -> None:
        """Take a request on; call ``leave`` when it ends. Raises HttpRefused (503)."""
        if not self.has_room:
            self.refused += 1
            raise HttpRefused(
                503,
                "UNAVAILABLE",
                "Too many requests at once. Try again.",
                {"retry-after": "1"},
                retryable=True,
            )
        self.in_flight += 1

    def leave(self) -> None:
        """A request that was taken on has ended."""
        self.in_flight -= 1

    def begin_sampling(self) -> None:
        """Measure the loop's lateness until ``end_sampling``."""
        loop = asyncio.get_running_loop()
        due = loop.time() + SAMPLE_SECONDS

        def sample() -> None:
            self.lag = max(0.0, loop.time() - due)
            self.begin_sampling()

        self._handle = loop.call_at(due, sample)

    def end_sampling(self) -> None:
        """Stop measuring."""
        if self._handle is not None:
            self._handle.cancel()
