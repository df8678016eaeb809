"""A customer gives a reservation back, until its pickup begins."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import StateForbids
from catalog_service.domain.reservations import Reservation, ReservationStatus
from catalog_service.repository.reservation_writes import cancel_own
from catalog_service.repository.reservations import read_own_reservation
from shared.errors import NotFound


async def cancel_reservation(
    session: AsyncSession, actor: Actor, reservation_id: UUID
) -> Reservation:
    """The cancelled reservation, its portions back in stock; cancelling again changes nothing.

    Raises ``NotFound`` without a reservation of the actor's, ``StateForbids`` when it is too late.
    """
    cancelled = await cancel_own(session, reservation_id, actor)
    return cancelled or await _as_it_is(session, actor, reservation_id)


async def _as_it_is(session: AsyncSession, actor: Actor, reservation_id: UUID) -> Reservation:
    found = await read_own_reservation(session, reservation_id, actor)
    if found is None:
        raise NotFound
    if found.status is ReservationStatus.CANCELLED_BY_CUSTOMER:
        return found
    if found.status is ReservationStatus.RESERVED:
        raise StateForbids("The pickup window has begun: it is too late to cancel.")
    raise StateForbids("This reservation is over.", status=found.status.value)
