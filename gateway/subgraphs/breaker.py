"""A circuit breaker: while a subgraph is away, requests to it fail at once.

    closed ── n failures in a row ──> open ── cool-down over ──> half-open (one probe)
      ^                                ^                              │
      └──────── the probe succeeds ────│───── it fails: longer ───────┘

It decides from what it is told and the time it is given; it has no timers, so it needs nobody to
recover. A request that its client cancelled says nothing about the subgraph: it counts neither
way, and a cancelled probe makes room for the next.
"""

from __future__ import annotations

from enum import Enum

_FIRST_COOLDOWN = 0.5
_LONGEST_COOLDOWN = 5.0


class BreakerState(Enum):
    """Where the breaker stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker:
    """One subgraph's breaker. Times are seconds of any one monotonic clock."""

    def __init__(self, failures: int) -> None:
        self._threshold = failures
        self._failures = 0
        self._cooldown = _FIRST_COOLDOWN
        self._retry_at = 0.0
        self._probing = False

    @property
    def state(self) -> BreakerState:
        """The state as of the last call."""
        if self._failures < self._threshold:
            return BreakerState.CLOSED
        return BreakerState.HALF_OPEN if self._probing else BreakerState.OPEN

    def admits(self, now: float) -> bool:
        """Whether a request may go out. It must end in one of the three calls below."""
        if self._failures < self._threshold:
            return True
        if self._probing or now < self._retry_at:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        """The subgraph answered, whatever it said."""
        self._failures = 0
        self._cooldown = _FIRST_COOLDOWN
        self._probing = False

    def failed(self, now: float) -> None:
        """No connection, a broken one, or the subgraph's own time ran out."""
        self._failures += 1
        if self._probing:
            self._cooldown = min(self._cooldown * 2, _LONGEST_COOLDOWN)
        if self._failures >= self._threshold and (self._probing or now >= self._retry_at):
            self._retry_at = now + self._cooldown
        self._probing = False

    def abandoned(self) -> None:
        """The request was cancelled from this side."""
        self._probing = False
