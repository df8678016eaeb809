"""Taking offers and places from sale, and giving them back: a trigger keeps publishers out."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select, true, update

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import Takedown
from catalog_service.domain.offers import Offer, OfferStatus
from catalog_service.domain.places import ALL_PARTNERS, OFFER_KEEPERS, PartnershipRole, Place
from catalog_service.models import tables
from catalog_service.repository.conditions import IS_PRESENT, MINE, among, manages
from catalog_service.repository.rows import (
    OFFER_COLUMNS,
    PLACE_COLUMNS,
    offer,
    partnership,
    place,
    to_offer,
    to_place,
)
from shared.database import Connection

_PAUSED = {"status": OfferStatus.PAUSED.value, "resumes": True}


async def lock_any_offer(connection: Connection, offer_id: UUID) -> tuple[Offer, bool] | None:
    """An offer that is not deleted, held, and whether it is taken down; for admins."""
    query = (
        select(*OFFER_COLUMNS, offer.taken_down_at)
        .where(offer.id == offer_id, IS_PRESENT)
        .with_for_update(key_share=True)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (to_offer(row), row.taken_down_at is not None)


async def lock_any_place(connection: Connection, place_id: UUID) -> tuple[Place, bool] | None:
    """A place, held, and whether it is taken down; for admins."""
    columns = (*PLACE_COLUMNS, place.taken_down_at)
    query = select(*columns).where(place.id == place_id).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (to_place(row), row.taken_down_at is not None)


async def note_offer(connection: Connection, offer_id: UUID, reason: str | None) -> None:
    """Take the offer down for a reason; None: give it back, for sale again if it was."""
    down = reason is not None
    statement = update(tables.offer).where(offer.id == offer_id)
    await connection.execute(
        statement.values(
            taken_down_at=func.clock_timestamp() if down else None, taken_down_reason=reason
        )
    )
    await (withhold if down else resume)(connection, offer.id == offer_id)


async def note_place(connection: Connection, place_id: UUID, reason: str | None) -> None:
    """Take the place down for a reason; None: give it back, with what was for sale. Lock offers."""
    down = reason is not None
    await connection.execute(
        update(tables.place)
        .where(place.id == place_id)
        .values(taken_down_at=func.clock_timestamp() if down else None, taken_down_reason=reason)
    )
    await (withhold if down else resume)(connection, offer.place_id == place_id)


async def note_unattended(
    connection: Connection, place_ids: Collection[UUID], *, unattended: bool
) -> None:
    """Note whether the places have an owner who may act, and what is for sale with it."""
    await connection.execute(
        update(tables.place).where(among(place.id, place_ids)).values(is_unattended=unattended)
    )
    which = among(offer.place_id, place_ids)
    await (withhold if unattended else resume)(connection, which)


async def withhold(connection: Connection, which: ColumnElement[bool]) -> None:
    """Pause what is for sale, to be resumed."""
    await connection.execute(
        update(tables.offer)
        .where(which, offer.status == OfferStatus.ACTIVE.value)
        .values(**_PAUSED)
    )


async def resume(connection: Connection, which: ColumnElement[bool]) -> None:
    """Publish what was withheld and is not over; what is withheld otherwise stays (the trigger).

    Where nobody owns the place by now it stays paused: nothing is sold there.
    """
    owned = exists().where(
        MINE.place_id == offer.place_id,
        MINE.is_active,
        MINE.role == PartnershipRole.OWNER.value,
    )
    goes_on = and_(
        offer.status == OfferStatus.PAUSED.value,
        offer.pickup_end > func.clock_timestamp(),
        owned,
    )
    await connection.execute(
        update(tables.offer)
        .where(which, offer.resumes)
        .values(
            resumes=false(),
            status=case((goes_on, OfferStatus.ACTIVE.value), else_=offer.status),
        )
    )


async def unattended_among(connection: Connection, place_ids: Collection[UUID]) -> list[UUID]:
    """Those of the places that are noted as unattended."""
    query = select(place.id).where(among(place.id, place_ids), place.is_unattended.is_(true()))
    return sorted((await connection.execute(query)).scalars())


async def places_owned_by(connection: Connection, user_id: UUID) -> list[UUID]:
    """Where the account is an owner."""
    query = select(MINE.place_id).where(
        MINE.partner_user_id == user_id,
        MINE.is_active,
        MINE.role == PartnershipRole.OWNER.value,
    )
    return sorted((await connection.execute(query)).scalars())


async def keepers_of(connection: Connection, place_id: UUID) -> list[UUID]:
    """The owners and managers of a place, who are told what becomes of it."""
    return await partners_of(connection, place_id, OFFER_KEEPERS)


async def partners_of(
    connection: Connection, place_id: UUID, roles: Collection[PartnershipRole] = ALL_PARTNERS
) -> list[UUID]:
    """Who works at a place in one of ``roles``."""
    query = select(partnership.partner_user_id).where(
        partnership.place_id == place_id,
        partnership.is_active,
        partnership.role.in_([role.value for role in roles]),
    )
    return sorted((await connection.execute(query)).scalars())


async def is_withheld(connection: Connection, offer_id: UUID) -> bool:
    """Whether an admin took the offer or its place down."""
    query = (
        select(offer.id)
        .join(tables.place, place.id == offer.place_id)
        .where(
            offer.id == offer_id,
            or_(offer.taken_down_at.is_not(None), place.taken_down_at.is_not(None)),
        )
    )
    return (await connection.execute(query)).first() is not None


async def read_offer_takedowns(
    connection: Connection, ids: Sequence[UUID], actor: Actor
) -> Mapping[UUID, Takedown]:
    """Of offers that were taken down, for who works at their place."""
    query = select(offer.id, offer.taken_down_at, offer.taken_down_reason).where(
        among(offer.id, ids), offer.taken_down_at.is_not(None), manages(offer.place_id, actor)
    )
    rows = (await connection.execute(query)).all()
    return {row.id: Takedown(row.taken_down_at, row.taken_down_reason) for row in rows}


async def read_place_takedowns(
    connection: Connection, ids: Sequence[UUID], actor: Actor
) -> Mapping[UUID, Takedown]:
    """Of places that were taken down, for who works there."""
    query = select(place.id, place.taken_down_at, place.taken_down_reason).where(
        among(place.id, ids), place.taken_down_at.is_not(None), manages(place.id, actor)
    )
    rows = (await connection.execute(query)).all()
    return {row.id: Takedown(row.taken_down_at, row.taken_down_reason) for row in rows}
