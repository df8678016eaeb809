"""What leaves this service after the transaction that wants it has committed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(minutes=5)
MAIL_IS_WORTH = timedelta(hours=24)  # no longer than the tokens it carries


class OutboxKind(StrEnum):
    """Where it goes: to a person by mail, or to another service."""

    MAIL = "mail"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One thing to send, as a worker holds it. ``attempts`` counts this one."""

    id: UUID
    kind: OutboxKind
    payload: Mapping[str, Any] = field(repr=False)
    attempts: int
    created_at: datetime


def delay_after(attempts: int) -> timedelta:
    """How long to wait after the ``attempts``-th failure: doubling, at most five minutes."""
    doublings = min(attempts - 1, 16)
    return min(LONGEST_DELAY, FIRST_DELAY * (1 << doublings))
