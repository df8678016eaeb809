"""A customer wants more portions, or fewer."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import SoldOut, StateForbids
from catalog_service.domain.moderation import Act, AuditAction
from catalog_service.domain.reservations import Reservation, ReservationStatus, check_quantity
from catalog_service.repository.changing import (
    give_back,
    lock_own_reservation,
    set_quantity,
    take_more,
)
from catalog_service.repository.notices import notices_of
from catalog_service.repository.reservation_writes import lock_offer_of
from catalog_service.repository.reservations import read_own_reservation
from catalog_service.repository.reserving import read_obstacle, take_turn
from catalog_service.services.customer_limits import refusal
from catalog_service.services.record import record
from catalog_service.services.write_to import tell
from shared.errors import NotFound


async def change_reservation(
    session: AsyncSession, actor: Actor, reservation_id: UUID, quantity: int
) -> Reservation:
    """The reservation with ``quantity`` portions, at the price it was made at.

    A customer is told what another (an admin) makes of theirs, and the log.

    Raises ``NotFound`` without a reservation of the actor's, ``StateForbids`` when it is too late;
    for more portions ``SoldOut``, ``OfferClosed``, ``LimitReached``, and ``PriceChanged`` when they
    would cost something else by now; ``InvalidInput``.
    """
    check_quantity(quantity)
    seen = await read_own_reservation(session, reservation_id, actor)
    if seen is None or seen.user_id is None:
        raise NotFound
    turn = await take_turn(session, seen.user_id, seen.offer_id)
    await lock_offer_of(session, reservation_id)
    before = await _changeable(session, actor, reservation_id, quantity)
    more = quantity - before.quantity
    if more == 0:
        return before
    if more < 0:
        await give_back(session, before, -more)
    elif not await take_more(session, before, more, turn.held):
        obstacle = await read_obstacle(session, before.offer_id)
        left = None if obstacle is None else obstacle.left
        raise refusal(obstacle, turn, more, before.unit_price) or SoldOut(left)
    changed = await set_quantity(session, reservation_id, quantity)
    if not actor.is_self(before.user_id):
        await _record(session, actor, before, quantity)
        await tell(session, "reservation_changed", await notices_of(session, [before.id]))
    return changed


async def _record(session: AsyncSession, actor: Actor, before: Reservation, quantity: int) -> None:
    """Add what was done to another's reservation to the log."""
    details = {"before": str(before.quantity), "quantity": str(quantity)}
    act = Act(AuditAction.RESERVATION_CHANGED, "reservation", before.id, details=details)
    await record(session, actor, act)


async def _changeable(
    session: AsyncSession, actor: Actor, reservation_id: UUID, quantity: int
) -> Reservation:
    locked = await lock_own_reservation(session, reservation_id, actor)
    if locked is None:
        raise NotFound
    reservation, may_change = locked
    if reservation.status is not ReservationStatus.RESERVED:
        raise StateForbids("This reservation is over.", status=reservation.status.value)
    if not may_change and quantity != reservation.quantity:
        raise StateForbids("The pickup window has begun: it is too late to change it.")
    return reservation
