"""Whether the newest that a source holds is in force, for the log and for metrics."""

from __future__ import annotations

from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)


def _nobody(is_stale: bool) -> None:
    del is_stale


class Freshness:
    """Of ``what``. ``tell`` is called whenever it is looked at."""

    def __init__(self, what: str, fault: str | None = None) -> None:
        self.what = what
        self._event = f"{what} not taken"
        self.fault = fault
        self.tell: Callable[[bool], None] = _nobody
        self._refused: str | None = None

    def fresh(self) -> None:
        """What is in force is what the source holds."""
        self.fault = self._refused = None
        self.tell(False)

    def refused(self, fault: str) -> None:
        """What the source holds does not do."""
        self._refused = fault
        self.unread(fault)

    def unread(self, fault: str) -> None:
        """What the source holds is not known. A fault is logged once, not at every look."""
        if fault != self.fault:
            log.error(self._event, reason=fault)
        self.fault = fault
        self.tell(True)

    def unchanged(self) -> None:
        """The source holds what it held when it was read last."""
        if self._refused is None:
            self.fresh()
        else:
            self.unread(self._refused)
