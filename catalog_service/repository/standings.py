"""How accounts stand: read under a lock by writes, written when the auth service tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Uuid,
    bindparam,
    exists,
    literal,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from catalog_service.domain.actors import Actor, Role, Standing
from catalog_service.domain.places import PartnershipRole
from catalog_service.models import tables
from catalog_service.repository.conditions import among, is_suspended_account, manages
from catalog_service.repository.rows import partnership, reservation
from shared.database import Connection

standing = tables.standing.c
_HOLD = text("SELECT * FROM catalog_hold_standings(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid()))
)
_READ = text(
    """
    SELECT asked.id AS user_id, erased.user_id IS NOT NULL AS is_erased, known.version, known.role,
        known.is_verified, known.is_suspended, known.is_approved, known.least_token_version
    FROM unnest(:ids) AS asked (id)
        LEFT JOIN erased_users AS erased ON erased.user_id = asked.id
        LEFT JOIN account_standings AS known ON known.user_id = asked.id
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid())))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an account. ``standing`` None: nothing was told of it yet."""

    is_erased: bool
    standing: Standing | None

    def inform(self, actor: Actor) -> Actor:
        """The account's own actor, as it is by now."""
        informed = actor.informed(self.standing)
        return replace(informed, is_erased=True) if self.is_erased else informed


async def hold_standing(connection: Connection, user_id: UUID) -> Known:
    """How the account stands; it stays so until the transaction ends.

    The lock is shared among writers and exclusive for who changes the standing: what an old
    standing allowed is committed before the new one is confirmed to the auth service.
    """
    row = (await connection.execute(_HOLD, {"ids": [user_id]})).one()
    return _known(row)


async def read_known(connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, Known]:
    """What is known of the accounts; they are not held."""
    rows = await connection.execute(_READ, {"ids": list(ids)})
    return {row.user_id: _known(row) for row in rows}


async def read_standings(connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, Standing]:
    """Those of the accounts that something was told of."""
    rows = await connection.execute(select(*standing).where(among(standing.user_id, ids)))
    return {row.user_id: _standing(row) for row in rows}


async def read_names(
    connection: Connection, ids: Sequence[UUID], actor: Actor
) -> Mapping[UUID, str]:
    """What the customers of reservations are called, of those at places where the actor works."""
    return await _read_names(connection, ids, actor, reservation, reservation.user_id)


async def read_ender_names(
    connection: Connection, ids: Sequence[UUID], actor: Actor
) -> Mapping[UUID, str]:
    """What the partners who ended reservations are called, at places where the actor works."""
    is_partner = standing.role == Role.PARTNER.value
    return await _read_names(connection, ids, actor, reservation, reservation.ended_by, is_partner)


async def read_partner_names(
    connection: Connection, ids: Sequence[UUID], actor: Actor
) -> Mapping[UUID, str]:
    """What the partners of partnerships are called, of those at places where the actor works."""
    return await _read_names(connection, ids, actor, partnership, partnership.partner_user_id)


async def read_inviter_names(
    connection: Connection, ids: Sequence[UUID], actor: Actor
) -> Mapping[UUID, str]:
    """What those who made invitations are called, of those into places where the actor works."""
    return await _read_names(connection, ids, actor, partnership, partnership.invited_by)


async def read_sender_names(
    connection: Connection, ids: Sequence[UUID], actor: Actor
) -> Mapping[UUID, str]:
    """What those who invited by mail are called, of those into places where the actor works."""
    sent = tables.invitation.c
    return await _read_names(connection, ids, actor, sent, sent.invited_by)


async def _read_names(
    connection: Connection,
    ids: Sequence[UUID],
    actor: Actor,
    of: Any,
    user_id: ColumnElement[UUID],
    *conditions: ColumnElement[bool],
) -> Mapping[UUID, str]:
    """What ``user_id`` of these rows is called, if said. ``of``: their table's columns."""
    query = (
        select(of.id, standing.display_name)
        .join(tables.standing, standing.user_id == user_id)
        .where(
            among(of.id, ids),
            standing.display_name.is_not(None),
            manages(of.place_id, actor),
            *conditions,
        )
    )
    return {row.id: row.display_name for row in (await connection.execute(query)).all()}


async def is_erased(connection: Connection, user_id: UUID) -> bool:
    """Whether the account was deleted."""
    gone = tables.erased_user.c.user_id
    return (await connection.execute(select(gone).where(gone == user_id))).first() is not None


async def store_standing(connection: Connection, told: Standing) -> bool:
    """Note what was told; False when something newer is known, or the account is erased."""
    values = {
        "user_id": told.user_id,
        "version": told.version,
        "role": told.role.value,
        "is_verified": told.is_verified,
        "display_name": told.display_name,
        "is_suspended": told.is_suspended,
        "is_approved": told.is_approved,
        "least_token_version": told.least_token_version,
    }
    is_erased = exists().where(tables.erased_user.c.user_id == told.user_id)
    source = select(*(literal(value, standing[name].type) for name, value in values.items()))
    new = insert(tables.standing).from_select(list(values), source.where(~is_erased))
    statement = new.on_conflict_do_update(
        index_elements=["user_id"],
        set_={name: new.excluded[name] for name in values if name != "user_id"},
        where=standing.version < new.excluded.version,
    ).returning(standing.user_id)
    return (await connection.execute(statement)).first() is not None


async def partners_never_told_of(connection: Connection, limit: int) -> list[UUID]:
    """Accounts that hold or are offered a partnership, and of which nothing was told."""
    query = (
        select(partnership.partner_user_id)
        .where(
            or_(partnership.is_active, partnership.is_invited),
            ~exists().where(standing.user_id == partnership.partner_user_id),
        )
        .distinct()
        .limit(limit)
    )
    return list((await connection.execute(query)).scalars())


async def end_partnerships(
    connection: Connection, user_id: UUID, before_version: int | None = None
) -> set[UUID]:
    """End the account's part in every place, offered ones too; the places that it ran till now.

    ``before_version``: end only what was made while an older standing held. Who is staff runs no
    place, nor does an owner who is suspended. Lock the places first.
    """
    where = [
        partnership.partner_user_id == user_id,
        or_(partnership.is_active, partnership.is_invited),
    ]
    if before_version is not None:
        where.append(partnership.standing_version < before_version)
    ran = select(partnership.place_id).where(
        *where,
        partnership.is_active,
        partnership.role == PartnershipRole.OWNER.value,
        not_(is_suspended_account(partnership.partner_user_id)),
    )
    run_till_now = set((await connection.execute(ran)).scalars())
    await connection.execute(
        update(tables.partnership)
        .where(*where)
        .values(is_active=False, is_invited=False, invited_by=None)
    )
    return run_till_now


def _known(row: Row[Any]) -> Known:
    return Known(row.is_erased, None if row.version is None else _standing(row))


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        row.user_id,
        row.version,
        Role(row.role),
        row.is_verified,
        is_suspended=row.is_suspended,
        is_approved=row.is_approved,
        least_token_version=row.least_token_version,
    )
