"""One thing to send, and when it is tried again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

FIRST_DELAY = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One thing to send, as a worker holds it. ``attempts`` counts this one.

    ``taken_at``: the database's clock. What is too late is decided by it: this machine's, set
    wrong for a minute, would have mails given up that people wait for.
    """

    id: UUID
    kind: str
    payload: Mapping[str, Any] = field(repr=False)
    attempts: int
    created_at: datetime
    taken_at: datetime


class NotSent(Exception):
    """An item did not arrive. ``permanent``: it never will, so it is not tried again."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


def delay_after(attempts: int, longest: timedelta) -> timedelta:
    """How long to wait after the ``attempts``-th failure: doubling from two seconds."""
    doublings = min(attempts - 1, 16)
    return min(longest, FIRST_DELAY * (1 << doublings))
