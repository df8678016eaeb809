"""Invitations by the address they were made to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from auth_service.models.tables import invitations, users
from shared.database import Connection

MOST_SHOWN = 100


async def store_invitation(
    connection: Connection, invitation_id: UUID, canonical: str, expires_at: datetime
) -> None:
    """Note an invitation; made again, it ends later."""
    new = insert(invitations).values(
        id=invitation_id, email_canonical=canonical, expires_at=expires_at
    )
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["id"], set_={"expires_at": new.excluded.expires_at}
        )
    )


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
