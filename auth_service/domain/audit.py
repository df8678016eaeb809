"""Who did what to whom, when and why. Ids only: no names, no addresses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from auth_service.domain.errors import Fault, InvalidInput

_ACTION: Final = re.compile(r"[A-Z][A-Z_]{0,59}")


class Action(StrEnum):
    """What this service records; others record their own."""

    ROLE_CHANGED = "ROLE_CHANGED"
    ACCOUNT_SUSPENDED = "ACCOUNT_SUSPENDED"
    ACCOUNT_RESTORED = "ACCOUNT_RESTORED"
    PARTNER_APPROVED = "PARTNER_APPROVED"
    PARTNER_REJECTED = "PARTNER_REJECTED"
    ACCOUNT_DELETED = "ACCOUNT_DELETED"
    EMAIL_CHANGED = "EMAIL_CHANGED"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105  an act, not a password
    ADMIN_CREATED = "ADMIN_CREATED"


@dataclass(frozen=True, slots=True)
class Act:
    """One act, done. ``actor_id``: None for the operator at the terminal."""

    action: Action
    actor_id: UUID | None
    target_id: UUID
    reason: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An act as it is read. ``service``: which service it was done in."""

    id: UUID
    service: str
    action: str
    actor_id: UUID | None
    target_type: str
    target_id: UUID | None
    reason: str | None
    details: Mapping[str, str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """Which entries to find; None leaves open. ``first``, ``last``: moments, both included."""

    actor_id: UUID | None = None
    target_id: UUID | None = None
    action: str | None = None
    first: datetime | None = None
    last: datetime | None = None


def check_audit_search(search: AuditSearch) -> None:
    """Raise ``InvalidInput`` for a span that ends before it begins, and for what is no action."""
    faults = []
    if search.action is not None and not _ACTION.fullmatch(search.action):
        message = "Capital letters and underscores, such as `ACCOUNT_SUSPENDED`."
        faults.append(Fault("action", "INVALID_VALUE", message, within=("filter",)))
    if search.first is not None and search.last is not None and search.last < search.first:
        fault = Fault("until", "BEFORE_SINCE", "Not before `since`.", within=("filter",))
        faults.append(fault)
    if faults:
        raise InvalidInput(faults=faults)
