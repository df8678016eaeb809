"""What admins do about offers and places, and what customers report."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from catalog_service.domain.errors import InvalidInput, Violation
from catalog_service.domain.reservations import LONGEST_REASON
from catalog_service.domain.text import text_faults

LONGEST_REPORT: Final = 1000


class AuditAction(StrEnum):
    """What is recorded of who does it."""

    OFFER_TAKEN_DOWN = "OFFER_TAKEN_DOWN"
    OFFER_RESTORED = "OFFER_RESTORED"
    PLACE_TAKEN_DOWN = "PLACE_TAKEN_DOWN"
    PLACE_RESTORED = "PLACE_RESTORED"
    PLACE_CLOSED = "PLACE_CLOSED"
    REPORT_CLOSED = "REPORT_CLOSED"
    RESERVATION_CANCELLED = "RESERVATION_CANCELLED"
    RESERVATION_CHANGED = "RESERVATION_CHANGED"
    PARTNER_INVITED = "PARTNER_INVITED"
    PARTNERSHIP_ACCEPTED = "PARTNERSHIP_ACCEPTED"
    PARTNERSHIP_CHANGED = "PARTNERSHIP_CHANGED"
    INVITATION_ACCEPTED = "INVITATION_ACCEPTED"
    INVITATION_DECLINED = "INVITATION_DECLINED"
    INVITATION_CANCELLED = "INVITATION_CANCELLED"
    PLACE_CREATED = "PLACE_CREATED"
    PLACE_CHANGED = "PLACE_CHANGED"
    RESERVATION_PICKED_UP = "RESERVATION_PICKED_UP"
    OFFER_CREATED = "OFFER_CREATED"
    OFFER_CHANGED = "OFFER_CHANGED"
    OFFER_STATUS_CHANGED = "OFFER_STATUS_CHANGED"
    OFFER_SOLD_AT_COUNTER = "OFFER_SOLD_AT_COUNTER"
    OFFER_CANCELLED = "OFFER_CANCELLED"
    OFFER_DELETED = "OFFER_DELETED"
    SCHEDULE_CREATED = "SCHEDULE_CREATED"
    SCHEDULE_CHANGED = "SCHEDULE_CHANGED"
    SCHEDULE_PAUSED = "SCHEDULE_PAUSED"
    SCHEDULE_RESUMED = "SCHEDULE_RESUMED"
    SCHEDULE_DELETED = "SCHEDULE_DELETED"
    DAY_SKIPPED = "DAY_SKIPPED"
    DAY_UNSKIPPED = "DAY_UNSKIPPED"


@dataclass(frozen=True, slots=True)
class Act:
    """One act. Ids only: no names and no addresses."""

    action: AuditAction
    target_type: str
    target_id: UUID
    reason: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Takedown:
    """That an admin took something down: since when, and why."""

    at: datetime
    reason: str


class ReportReason(StrEnum):
    """Why an offer is reported."""

    UNSAFE = "UNSAFE"
    MISLEADING = "MISLEADING"
    OFFENSIVE = "OFFENSIVE"
    NOT_THERE = "NOT_THERE"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Report:
    """What a customer reported of an offer. ``reporter_id`` None: the account is gone."""

    id: UUID
    offer_id: UUID
    place_id: UUID
    reporter_id: UUID | None
    reason: ReportReason
    text: str
    resolution: str | None
    closed_at: datetime | None
    closed_by: UUID | None
    created_at: datetime


def check_because(reason: str) -> None:
    """Raise ``InvalidInput`` for a reason that says nothing, or cannot be written to people."""
    faults = list(text_faults(("reason",), reason, LONGEST_REASON, shortest=1, lines=True))
    if faults:
        raise InvalidInput(faults)


def check_report(text: str) -> None:
    """Raise ``InvalidInput`` for what cannot be a report's text."""
    faults: Iterable[Violation] = text_faults(("text",), text, LONGEST_REPORT, lines=True)
    if found := list(faults):
        raise InvalidInput(found)


def check_resolution(text: str) -> None:
    """Raise ``InvalidInput`` for what cannot be said of how a report ended."""
    faults = list(text_faults(("resolution",), text, LONGEST_REPORT, shortest=1, lines=True))
    if faults:
        raise InvalidInput(faults)
