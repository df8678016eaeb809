"""Accounts as the catalog knows them: who may still write, and what erasing leaves behind."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Uuid,
    bindparam,
    delete,
    func,
    not_,
    or_,
    select,
    text,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from catalog_service.domain.offers import OfferStatus
from catalog_service.domain.places import PartnershipRole
from catalog_service.domain.reservations import ReservationStatus
from catalog_service.models import tables
from catalog_service.repository.conditions import MINE, among, is_suspended_account
from catalog_service.repository.outbox import OUTBOX
from catalog_service.repository.rows import history, offer, partnership, place, reservation
from shared.database import Connection

_HOLD = text("SELECT catalog_hold_accounts(:ids)").bindparams(bindparam("ids", type_=ARRAY(Uuid())))
_OWN = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:id AS text), 0))").bindparams(
    bindparam("id", type_=Uuid())
)


async def hold_accounts(connection: Connection, ids: Sequence[UUID]) -> set[UUID]:
    """Keep accounts from being erased until the transaction ends; those already erased.

    Without the lock, a write that began before the erasure could commit after it.
    """
    rows = await connection.execute(_HOLD, {"ids": list(ids)})
    return set(rows.scalars())


async def lock_account(connection: Connection, user_id: UUID) -> None:
    """Wait until nobody writes for the account, and keep everybody from it."""
    await connection.execute(_OWN, {"id": user_id})


async def note_event(connection: Connection, event_id: UUID, type_: str) -> bool:
    """Note that an event is applied; False when it already was."""
    statement = (
        insert(tables.processed_event)
        .values(id=event_id, type=type_)
        .on_conflict_do_nothing()
        .returning(tables.processed_event.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def read_last_restore(connection: Connection) -> datetime | None:
    """When the database was last filled from a backup; None if it never was."""
    found = await connection.execute(select(func.max(tables.restore.c.restored_at)))
    last: datetime | None = found.scalar_one()
    return last


async def note_erased(connection: Connection, user_id: UUID) -> None:
    """Remember that the account is gone."""
    await connection.execute(
        insert(tables.erased_user).values(user_id=user_id).on_conflict_do_nothing()
    )


async def lock_places_of(connection: Connection, user_id: UUID) -> None:
    """Hold, by id, the places where the account works or is invited to."""
    held = select(partnership.place_id).where(
        partnership.partner_user_id == user_id,
        or_(partnership.is_active, partnership.is_invited),
    )
    await connection.execute(
        select(place.id)
        .where(place.id.in_(held))
        .order_by(place.id)
        .with_for_update(key_share=True)
    )


async def without_owner(connection: Connection, place_ids: Collection[UUID]) -> list[UUID]:
    """Those of the places that nobody owns any more who is not suspended."""
    owned = select(MINE.place_id).where(
        among(MINE.place_id, place_ids),
        MINE.is_active,
        MINE.role == PartnershipRole.OWNER.value,
        not_(is_suspended_account(MINE.partner_user_id)),
    )
    return sorted(set(place_ids) - set((await connection.execute(owned)).scalars()))


async def lock_offers_touched(
    connection: Connection, user_id: UUID, place_ids: Sequence[UUID]
) -> None:
    """Lock, by id, the offers that the account holds live reservations of, and the places'."""
    touched = union(
        select(reservation.offer_id).where(
            reservation.user_id == user_id,
            reservation.status == ReservationStatus.RESERVED.value,
        ),
        select(offer.id).where(among(offer.place_id, place_ids)),
    )
    await connection.execute(
        select(offer.id)
        .where(offer.id.in_(touched))
        .order_by(offer.id)
        .with_for_update(key_share=True)
    )


async def lock_offers_of(connection: Connection, place_ids: Sequence[UUID]) -> None:
    """Lock, by id, the offers of the places."""
    await connection.execute(
        select(offer.id)
        .where(among(offer.place_id, place_ids))
        .order_by(offer.id)
        .with_for_update(key_share=True)
    )


async def pause_offers(connection: Connection, place_ids: Sequence[UUID]) -> None:
    """Take the places' offers from sale: nobody answers for them."""
    await connection.execute(
        update(tables.offer)
        .where(among(offer.place_id, place_ids), offer.status == OfferStatus.ACTIVE.value)
        .values(status=OfferStatus.PAUSED.value)
    )


async def unlink(connection: Connection, user_id: UUID) -> None:
    """Forget how the account stood, whose reservations these were, and what it did."""
    await connection.execute(delete(tables.standing).where(tables.standing.c.user_id == user_id))
    await OUTBOX.withdraw(connection, user_id)
    await connection.execute(
        update(tables.reservation).where(reservation.user_id == user_id).values(user_id=None)
    )
    await connection.execute(
        update(tables.reservation).where(reservation.ended_by == user_id).values(ended_by=None)
    )
    await connection.execute(
        update(tables.partnership)
        .where(partnership.invited_by == user_id)
        .values(is_invited=False, invited_by=None)
    )
    for who in (tables.invitation.c.invited_by, tables.invitation.c.answered_by):
        await connection.execute(
            update(tables.invitation).where(who == user_id).values({who.name: None})
        )
    await connection.execute(
        update(tables.counter_sale)
        .where(tables.counter_sale.c.sold_by == user_id)
        .values(sold_by=None, idempotency_key=None)
    )
    for column in (tables.report.c.reporter_id, tables.report.c.closed_by):
        await connection.execute(
            update(tables.report).where(column == user_id).values({column.name: None})
        )
    await connection.execute(delete(tables.creation).where(tables.creation.c.user_id == user_id))
    await connection.execute(delete(tables.history).where(history.user_id == user_id))
