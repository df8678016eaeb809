"""A circuit breaker: while a subgraph is away, requests to it fail at once.

    closed ── n failures in a row ──> open ── cool-down over ──> half-open (one probe)
      ^                                ^                              │
      └──────── the probe succeeds ────│───── it fails: longer ───────┘

It decides from what it is told and the time it is given; it has no timers, so it needs nobody to
recover. A request that its client cancelled says nothing about the subgraph: it counts neither
way, and a cancelled probe makes room for the next. Nor do requests that fail late, having gone out
before it opened, say anything of the probe.
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
    """One subgraph's breaker. Times are seconds of any one monotonic clock.

    ``state`` is as of the last call, ``failures`` how many there were in a row. While there is none
    ``admits`` says yes, and ``succeeded`` changes nothing. What is admitted while ``state`` is
    HALF_OPEN is the probe: that it was is said when it ends (``is_probe``).
    """

    def __init__(self, failures: int) -> None:
        self._threshold = failures
        self.failures = 0
        self._cooldown = _FIRST_COOLDOWN
        self._retry_at = 0.0
        self._probing = False
        self.state = BreakerState.CLOSED

    def admits(self, now: float) -> bool:
        """Whether a request may go out. It must end in one of the three calls below."""
        if self.failures < self._threshold:
            return True
        if self._probing or now < self._retry_at:
            return False
        self._probing = True
        self.state = BreakerState.HALF_OPEN
        return True

    def succeeded(self) -> None:
        """The subgraph answered, whatever it said."""
        self.failures = 0
        self._cooldown = _FIRST_COOLDOWN
        self._probing = False
        self.state = BreakerState.CLOSED

    def failed(self, now: float, *, is_probe: bool = False) -> None:
        """No connection, a broken one, or the subgraph's own time ran out."""
        self.failures += 1
        if is_probe:
            self._cooldown = min(self._cooldown * 2, _LONGEST_COOLDOWN)
        if self.failures >= self._threshold and (is_probe or now >= self._retry_at):
            self._retry_at = now + self._cooldown
        self._ended(is_probe=is_probe)

    def abandoned(self, *, is_probe: bool = False) -> None:
        """The request was cancelled from this side."""
        self._ended(is_probe=is_probe)

    def _ended(self, *, is_probe: bool) -> None:
        if is_probe:
            self._probing = False
        if self.failures >= self._threshold and not self._probing:
            self.state = BreakerState.OPEN
