"""Ending reservations: for each way, which live ones it ends."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from catalog_service.domain.activity import Action
from catalog_service.domain.actors import Actor
from catalog_service.domain.pickup import GRACE
from catalog_service.domain.places import OFFER_KEEPERS
from catalog_service.domain.reservations import (
    GRACE_TO_CANCEL,
    Reservation,
    ReservationStatus,
)
from catalog_service.repository.conditions import manages
from catalog_service.repository.rows import offer, reservation
from catalog_service.repository.settling import IS_LIVE, End, settle, settle_all
from shared.database import Connection

BY_CUSTOMER = End(
    ReservationStatus.CANCELLED_BY_CUSTOMER,
    Action.RESERVATION_CANCELLED,
    "cancellations",
    returns_stock=True,
)
BY_PARTNER = End(
    ReservationStatus.CANCELLED_BY_PARTNER,
    Action.RESERVATION_CANCELLED,
    "cancellations",
    returns_stock=True,
)
PICKED_UP = End(ReservationStatus.PICKED_UP, Action.OFFER_PICKED_UP, "pickups", returns_stock=False)
EXPIRED = End(
    ReservationStatus.EXPIRED, Action.RESERVATION_EXPIRED, "no_shows", returns_stock=False
)


def may_still_change() -> ColumnElement[bool]:
    """Whether the customer may still give it back: pickup has not begun, or it was just made."""
    now = func.clock_timestamp()
    return or_(reservation.pickup_start > now, reservation.created_at > now - GRACE_TO_CANCEL)


async def lock_offer_of(connection: Connection, reservation_id: UUID) -> None:
    """Lock the reservation's offer: offers are always locked before reservations."""
    of_it = select(reservation.offer_id).where(reservation.id == reservation_id).scalar_subquery()
    await connection.execute(
        select(offer.id).where(offer.id == of_it).with_for_update(key_share=True)
    )


async def cancel_own(
    connection: Connection, reservation_id: UUID, actor: Actor, reason: str | None
) -> Reservation | None:
    """The customer's reservation, cancelled; None unless it was live and not too late.

    Lock its offer first.
    """
    ended = await settle(
        connection,
        BY_CUSTOMER,
        reservation.id == reservation_id,
        reservation.user_id == actor.user_id,
        may_still_change(),
        by=actor.user_id,
        reason=reason,
    )
    return ended[0] if ended else None


async def cancel_for_place(
    connection: Connection, reservation_id: UUID, actor: Actor, reason: str
) -> Reservation | None:
    """A customer's reservation, cancelled by who keeps the place's offers; None unless live.

    Lock its offer first.
    """
    ended = await settle(
        connection,
        BY_PARTNER,
        reservation.id == reservation_id,
        manages(reservation.place_id, actor, OFFER_KEEPERS),
        by=actor.user_id,
        reason=reason,
    )
    return ended[0] if ended else None


async def cancel_all_of_user(connection: Connection, user_id: UUID) -> None:
    """Cancel what an account holds. Lock the offers first."""
    await settle_all(connection, BY_CUSTOMER, reservation.user_id == user_id)


async def cancel_all_of_offer(
    connection: Connection, offer_id: UUID, reason: str | None = None
) -> list[UUID]:
    """Cancel, for the partner, what is held of an offer; which. Lock the offer first."""
    held = reservation.offer_id == offer_id
    return await settle_all(connection, BY_PARTNER, held, reason=reason)


async def cancel_all_at_place(
    connection: Connection, place_id: UUID, reason: str | None = None
) -> list[UUID]:
    """Cancel, for the partner, what is held at a place; which. Lock its offers first."""
    held = reservation.place_id == place_id
    return await settle_all(connection, BY_PARTNER, held, reason=reason)


async def pick_up_by_code(
    connection: Connection, place_id: UUID, code: str, actor: Actor
) -> Reservation | None:
    """The reservation with this code, handed over; None unless it is live, due and the actor's."""
    return await _pick_up(connection, place_id, actor, reservation.pickup_code == code)


async def pick_up_by_id(
    connection: Connection, place_id: UUID, reservation_id: UUID, actor: Actor
) -> Reservation | None:
    """The reservation, handed over; None unless it is live, due and the actor's."""
    return await _pick_up(connection, place_id, actor, reservation.id == reservation_id)


async def _pick_up(
    connection: Connection, place_id: UUID, actor: Actor, which: ColumnElement[bool]
) -> Reservation | None:
    now = func.clock_timestamp()
    ended = await settle(
        connection,
        PICKED_UP,
        reservation.place_id == place_id,
        which,
        manages(reservation.place_id, actor),
        reservation.pickup_start <= now,
        reservation.pickup_end > now - GRACE,
        by=actor.user_id,
    )
    return ended[0] if ended else None


async def expire_due(connection: Connection, grace: timedelta, batch: int) -> int:
    """Expire live reservations whose window ended more than ``grace`` ago, a batch; how many.

    What another instance is working on is skipped.
    """
    due = (
        select(reservation.id)
        .where(IS_LIVE, reservation.pickup_end <= func.clock_timestamp() - grace)
        .order_by(reservation.pickup_end)
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    return len(await settle_all(connection, EXPIRED, reservation.id.in_(due)))
