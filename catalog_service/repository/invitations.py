"""Invitations into places by mail."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Uuid,
    exists,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from catalog_service.domain.actors import Actor
from catalog_service.domain.places import (
    MOST_INVITATIONS_SHOWN,
    OWNERS,
    Invitation,
    InvitationStatus,
    Partnership,
    PartnershipRole,
)
from catalog_service.models import tables
from catalog_service.repository.conditions import (
    MINE,
    among,
    is_open_place,
    manages,
    may_invite,
)
from catalog_service.repository.paging import read_some_by_parent
from catalog_service.repository.rows import place
from shared.database import Connection

invitation = tables.invitation.c
_EXPIRED = (invitation.expires_at <= func.clock_timestamp()).label("is_expired")
INVITATION_COLUMNS = (
    *(each for each in invitation if each.name not in {"address_digest", "token_hash"}),
    _EXPIRED,
)
_PENDING = invitation.status == text("'PENDING'")


def to_invitation(row: Row[Any]) -> Invitation:
    """An invitation of ``INVITATION_COLUMNS``."""
    return Invitation(
        id=row.id,
        place_id=row.place_id,
        role=PartnershipRole(row.role),
        status=InvitationStatus(row.status),
        inviter_id=row.invited_by,
        answered_by=row.answered_by,
        is_expired=row.is_expired,
        expires_at=row.expires_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


async def store_invitation(
    connection: Connection,
    place_id: UUID,
    role: PartnershipRole,
    *,
    address_digest: bytes,
    token_hash: bytes,
    invited_by: UUID | None,
    good_for: timedelta,
) -> Invitation:
    """A new invitation; for an address with one that waits, that one with a new token and role."""
    renewed = {
        "role": role.value,
        "token_hash": token_hash,
        "invited_by": invited_by,
        "expires_at": func.clock_timestamp() + good_for,
    }
    statement = (
        insert(tables.invitation)
        .values(id=uuid4(), place_id=place_id, address_digest=address_digest, **renewed)
        .on_conflict_do_update(
            index_elements=["place_id", "address_digest"], index_where=_PENDING, set_=renewed
        )
        .returning(*INVITATION_COLUMNS)
    )
    return to_invitation((await connection.execute(statement)).one())


async def read_waiting(connection: Connection, ids: Sequence[UUID]) -> list[Invitation]:
    """Those of the invitations that can be answered, the newest first."""
    query = (
        select(*INVITATION_COLUMNS)
        .join(tables.place, place.id == invitation.place_id)
        .where(
            among(invitation.id, ids),
            _PENDING,
            ~_EXPIRED.element,
            is_open_place(),
            may_invite(invitation.place_id, invitation.invited_by),
        )
        .order_by(invitation.created_at.desc(), invitation.id)
    )
    return [to_invitation(row) for row in (await connection.execute(query)).all()]


async def read_invitations_of_places(
    connection: Connection, place_ids: Sequence[UUID], actor: Actor
) -> Mapping[UUID, list[Invitation]]:
    """Of each place that the actor owns the invitations that wait, the newest hundred."""
    waiting = _PENDING, ~_EXPIRED.element, manages(invitation.place_id, actor, OWNERS)

    def waiting_at(place_id: ColumnElement[UUID]) -> Select[Any]:
        return (
            select(*INVITATION_COLUMNS)
            .where(invitation.place_id == place_id, *waiting)
            .order_by(invitation.created_at.desc(), invitation.id.desc())
            .limit(MOST_INVITATIONS_SHOWN)
        )

    return await read_some_by_parent(connection, place_ids, waiting_at, to_invitation)


async def owned_among(connection: Connection, ids: Sequence[UUID], user_id: UUID) -> list[UUID]:
    """Those of the invitations into places that the account owns."""
    owns = exists().where(
        MINE.place_id == invitation.place_id,
        MINE.partner_user_id == user_id,
        MINE.is_active,
        MINE.role == PartnershipRole.OWNER.value,
    )
    query = select(invitation.id).where(among(invitation.id, ids), owns)
    return list((await connection.execute(query)).scalars())


def by_id(invitation_id: UUID) -> ColumnElement[bool]:
    """The invitation with this id."""
    return invitation.id == invitation_id


def by_token(token_hash: bytes) -> ColumnElement[bool]:
    """The invitation whose mail carries the token of this hash."""
    return invitation.token_hash == token_hash


async def lock_invitation(connection: Connection, which: ColumnElement[bool]) -> Invitation | None:
    """The invitation, held, and its place before it."""
    of_it = select(invitation.place_id).where(which).scalar_subquery()
    await connection.execute(
        select(place.id).where(place.id == of_it).with_for_update(key_share=True)
    )
    query = select(*INVITATION_COLUMNS).where(which).with_for_update(key_share=True)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else to_invitation(row)


async def may_still_invite(connection: Connection, place_id: UUID, user_id: UUID | None) -> bool:
    """Whether who made an invitation into the place may. Nobody's, whose account is gone, does not
    stand."""
    if user_id is None:
        return False
    query = select(may_invite(literal(place_id, Uuid()), literal(user_id, Uuid())))
    return bool((await connection.execute(query)).scalar_one())


async def is_void(connection: Connection, offered: Partnership) -> bool:
    """Whether who invited the account may invite no more. Of old ones nobody knows who it was."""
    if offered.inviter_id is None:
        return False
    return not await may_still_invite(connection, offered.place_id, offered.inviter_id)


async def cancel_waiting(connection: Connection, place_id: UUID) -> list[Invitation]:
    """Withdraw all that nobody answered; which. Lock the place first."""
    statement = (
        update(tables.invitation)
        .where(invitation.place_id == place_id, _PENDING)
        .values(status=InvitationStatus.CANCELLED.value)
        .returning(*INVITATION_COLUMNS)
    )
    return [to_invitation(row) for row in (await connection.execute(statement)).all()]


async def answer(
    connection: Connection, invitation_id: UUID, status: InvitationStatus, by: UUID | None
) -> Invitation:
    """The invitation, answered. Lock it first."""
    statement = (
        update(tables.invitation)
        .where(invitation.id == invitation_id)
        .values(status=status.value, answered_by=by)
        .returning(*INVITATION_COLUMNS)
    )
    return to_invitation((await connection.execute(statement)).one())
