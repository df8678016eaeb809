"""Ending reservations: for each way, which live ones it ends."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from catalog_service.domain.activity import Action
from catalog_service.domain.actors import Actor
from catalog_service.domain.pickup import GRACE
from catalog_service.domain.reservations import Reservation, ReservationStatus
from catalog_service.repository.conditions import manages, owns_reservation
from catalog_service.repository.rows import offer, reservation
from catalog_service.repository.settling import IS_LIVE, End, settle
from shared.database import Connection

BY_CUSTOMER = End(
    ReservationStatus.CANCELLED_BY_CUSTOMER, Action.RESERVATION_CANCELLED, returns_stock=True
)
BY_PARTNER = End(
    ReservationStatus.CANCELLED_BY_PARTNER, Action.RESERVATION_CANCELLED, returns_stock=True
)
PICKED_UP = End(ReservationStatus.PICKED_UP, Action.OFFER_PICKED_UP, returns_stock=False)
EXPIRED = End(
    ReservationStatus.EXPIRED, Action.RESERVATION_EXPIRED, returns_stock=False, counts=False
)


async def cancel_own(
    connection: Connection, reservation_id: UUID, actor: Actor
) -> Reservation | None:
    """The customer's reservation, cancelled; None unless it was live and not yet to be fetched.

    Its offer is locked first: offers are always locked before reservations.
    """
    of_it = select(reservation.offer_id).where(reservation.id == reservation_id).scalar_subquery()
    await connection.execute(
        select(offer.id).where(offer.id == of_it).with_for_update(key_share=True)
    )
    ended = await settle(
        connection,
        BY_CUSTOMER,
        reservation.id == reservation_id,
        owns_reservation(actor),
        reservation.pickup_start > func.clock_timestamp(),
    )
    return ended[0] if ended else None


async def cancel_all_of_user(connection: Connection, user_id: UUID) -> None:
    """Cancel what an account holds. Lock the offers first."""
    await settle(connection, BY_CUSTOMER, reservation.user_id == user_id)


async def cancel_all_of_offer(connection: Connection, offer_id: UUID) -> list[Reservation]:
    """Cancel, for the partner, what is held of an offer. Lock the offer first."""
    return await settle(connection, BY_PARTNER, reservation.offer_id == offer_id)


async def cancel_all_at_place(connection: Connection, place_id: UUID) -> list[Reservation]:
    """Cancel, for the partner, what is held at a place. Lock its offers first."""
    return await settle(connection, BY_PARTNER, reservation.place_id == place_id)


async def pick_up(
    connection: Connection, place_id: UUID, code: str, actor: Actor
) -> Reservation | None:
    """The reservation with this code, handed over; None unless it is live, due and the actor's."""
    now = func.clock_timestamp()
    ended = await settle(
        connection,
        PICKED_UP,
        reservation.place_id == place_id,
        reservation.pickup_code == code,
        manages(reservation.place_id, actor),
        reservation.pickup_start <= now,
        reservation.pickup_end > now - GRACE,
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
    return len(await settle(connection, EXPIRED, reservation.id.in_(due)))
