"""How far our clock is from the issuer's, as its answers tell (RFC 9110, 6.6.1).

Where they differ by an hour every token is expired, or not valid yet: all who sign in are told to
sign in again, and nothing else says why.
"""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import structlog

MAX_SKEW_SECONDS = 30.0

log = structlog.get_logger(__name__)


class IssuerClock:
    """What the last answer told."""

    def __init__(self) -> None:
        self._skew = 0.0

    def note(self, headers: Mapping[str, str]) -> None:
        """Compare with the time at which an answer was made, also where a cache gave it."""
        try:
            made = parsedate_to_datetime(headers["date"]).timestamp() + float(headers.get("age", 0))
        except (KeyError, ValueError):
            return
        self._skew = time.time() - made
        fault = self.fault()
        if fault is not None:
            log.warning("clocks differ", reason=fault)

    def fault(self) -> str | None:
        """None, or what is wrong in one line."""
        if abs(self._skew) <= MAX_SKEW_SECONDS:
            return None
        return f"clock differs from the token issuer's by {self._skew:.0f} s"
