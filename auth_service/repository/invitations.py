"""Invitations by the address they were made to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from auth_service.domain.email import Email
from auth_service.models.tables import invitations, users
from shared.database import Connection

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Sent:
    """To whom an invitation was sent. ``concerns``: who sent it, and who has that address."""

    email: str
    concerns: frozenset[UUID]


async def store_invitation(
    connection: Connection,
    invitation_id: UUID,
    email: Email,
    inviter_id: UUID | None,
    expires_at: datetime,
) -> None:
    """Note an invitation; made again, it ends later, and what was told of it before is old."""
    new = insert(invitations).values(
        id=invitation_id,
        email=email.typed,
        email_canonical=email.canonical,
        inviter_id=inviter_id,
        expires_at=expires_at,
    )
    renewed = {name: new.excluded[name] for name in ("expires_at", "inviter_id", "email")}
    is_newer = invitations.c.expires_at < new.excluded.expires_at
    await connection.execute(
        new.on_conflict_do_update(index_elements=["id"], set_=renewed, where=is_newer)
    )


async def is_newest(connection: Connection, invitation_id: UUID, expires_at: datetime) -> bool:
    """Whether the invitation was not made again since, which ended the link of its first mail."""
    query = select(invitations.c.id).where(
        invitations.c.id == invitation_id, invitations.c.expires_at == expires_at
    )
    return (await connection.execute(query)).first() is not None


async def sent_to(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, Sent]:
    """Those of the invitations that are known, in one statement."""
    query = (
        select(
            invitations.c.id,
            invitations.c.email,
            invitations.c.inviter_id,
            users.c.id.label("invited_id"),
        )
        .outerjoin(
            users,
            and_(users.c.email_canonical == invitations.c.email_canonical, users.c.is_verified),
        )
        .where(invitations.c.id == func.any(list(ids)))
    )
    found = {}
    for row in await connection.execute(query):
        concerned = {row.inviter_id, row.invited_id} - {None}
        found[row.id] = Sent(row.email, frozenset(concerned))
    return found


async def invitations_of(connection: Connection, user_id: UUID) -> list[UUID]:
    """Those to the account's address, if that is verified, the newest first, at most 100."""
    query = (
        select(invitations.c.id)
        .join(users, users.c.email_canonical == invitations.c.email_canonical)
        .where(
            users.c.id == user_id,
            users.c.is_verified,
            invitations.c.expires_at > func.clock_timestamp(),
        )
        .order_by(invitations.c.created_at.desc(), invitations.c.id)
        .limit(MOST_SHOWN)
    )
    return list((await connection.execute(query)).scalars())


async def forget_expired(connection: Connection) -> None:
    """Remove what nobody can accept any more."""
    await connection.execute(
        delete(invitations).where(invitations.c.expires_at < func.clock_timestamp())
    )


async def forget_invitations_to(connection: Connection, canonical: str) -> None:
    """Forget what an address was invited to."""
    await connection.execute(delete(invitations).where(invitations.c.email_canonical == canonical))
