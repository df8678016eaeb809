"""What the service has of one account beside its own row, for its owner to take along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from auth_service.domain.user import User
from auth_service.models.tables import invitations, verification_tokens
from shared.database import Connection


@dataclass(frozen=True, slots=True)
class EmailChange:
    """A new address that was asked for. ``used``: whether it was confirmed."""

    email: str
    asked_at: datetime
    expires_at: datetime
    used: bool


@dataclass(frozen=True, slots=True)
class Received:
    """An invitation to the account's address; what is in it, the catalog knows."""

    id: UUID
    sent_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Personal:
    """All of it, the newest first."""

    email_changes: Sequence[EmailChange]
    invitations: Sequence[Received]


async def read_personal(connection: Connection, user: User) -> Personal:
    """Of ``user``: of an address that nobody verified no invitations, which may be another's."""
    token = verification_tokens.c
    asked = (
        select(token.new_email, token.created_at, token.expires_at, token.used)
        .where(token.user_id == user.id, token.new_email.is_not(None))
        .order_by(token.created_at.desc())
    )
    sent = invitations.c
    received = (
        select(sent.id, sent.created_at, sent.expires_at)
        .where(sent.email_canonical == user.email.canonical)
        .order_by(sent.created_at.desc())
    )
    changes = [EmailChange(*row) for row in await connection.execute(asked)]
    if not user.is_verified:
        return Personal(changes, [])
    return Personal(changes, [Received(*row) for row in await connection.execute(received)])
