"""Changing how many portions a live reservation holds."""

from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func, insert, literal, select, update

from catalog_service.domain.activity import Action
from catalog_service.domain.actors import Actor
from catalog_service.domain.offers import OfferStatus
from catalog_service.domain.reservations import Reservation
from catalog_service.models import tables
from catalog_service.repository.conditions import IS_PRESENT, owns_reservation
from catalog_service.repository.reservation_writes import may_still_change
from catalog_service.repository.rows import RESERVATION_COLUMNS, offer, reservation, to_reservation
from catalog_service.repository.settling import IS_LIVE
from shared.database import Connection


async def lock_own_reservation(
    connection: Connection, reservation_id: UUID, actor: Actor
) -> tuple[Reservation, bool] | None:
    """The actor's reservation, held, and whether it may still change. Lock its offer first."""
    query = (
        select(*RESERVATION_COLUMNS, (IS_LIVE & may_still_change()).label("may_change"))
        .where(reservation.id == reservation_id, owns_reservation(actor))
        .with_for_update(key_share=True)
    )
    row: Any = (await connection.execute(query)).one_or_none()
    return None if row is None else (to_reservation(row), row.may_change)


async def take_more(connection: Connection, before: Reservation, more: int, held: int) -> bool:
    """Take ``more`` portions, at the price of the reservation; whether the offer gave them.

    ``held``: what the customer has of the offer by now.
    """
    allowed = func.coalesce(offer.max_per_customer, held + more)
    statement = (
        update(tables.offer)
        .where(
            offer.id == before.offer_id,
            IS_PRESENT,
            offer.status == OfferStatus.ACTIVE.value,
            offer.pickup_end > func.clock_timestamp(),
            offer.quantity_available >= more,
            offer.price_amount == before.unit_price.amount,
            literal(held + more) <= allowed,
        )
        .values(quantity_available=offer.quantity_available - more)
        .returning(offer.id)
    )
    return (await connection.execute(statement)).first() is not None


async def give_back(connection: Connection, before: Reservation, fewer: int) -> None:
    """Return portions to the offer, whatever became of it."""
    await connection.execute(
        update(tables.offer)
        .where(offer.id == before.offer_id)
        .values(quantity_available=offer.quantity_available + fewer)
    )


async def set_quantity(connection: Connection, reservation_id: UUID, quantity: int) -> Reservation:
    """The reservation with its new quantity, and what is remembered of it. Lock it first."""
    changed = (
        update(tables.reservation)
        .where(reservation.id == reservation_id)
        .values(quantity=quantity)
        .returning(*RESERVATION_COLUMNS)
        .cte("changed")
    )
    details = literal("quantity=") + cast(changed.c.quantity, String)
    entry = select(
        changed.c.user_id, changed.c.offer_id, literal(Action.RESERVATION_CHANGED.value), details
    ).where(changed.c.user_id.is_not(None))
    remembered = (
        insert(tables.history)
        .from_select(["user_id", "offer_id", "action", "details"], entry)
        .cte("remembered")
    )
    statement = select(changed).add_cte(remembered)
    return to_reservation((await connection.execute(statement)).one())
