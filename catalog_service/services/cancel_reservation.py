"""A reservation is given back by its customer, or cancelled by the place with a reason."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import InvalidInput, StateForbids
from catalog_service.domain.moderation import Act, AuditAction
from catalog_service.domain.places import OFFER_KEEPERS
from catalog_service.domain.reservations import Reservation, ReservationStatus, read_reason
from catalog_service.repository.places import read_managed
from catalog_service.repository.reservation_writes import (
    cancel_for_place,
    cancel_own,
    lock_offer_of,
)
from catalog_service.repository.reservations import read_reservations
from catalog_service.services.record import record
from catalog_service.services.tell_keepers import tell_keepers
from catalog_service.services.write_to import tell_cancelled
from shared.errors import NotFound


async def cancel_reservation(
    session: AsyncSession, actor: Actor, reservation_id: UUID, reason: str | None
) -> Reservation:
    """The cancelled reservation, its portions back in stock; cancelling again changes nothing.

    Its customer may until the pickup begins, and for five minutes after reserving; who keeps the
    place's offers may as long as it is live, and says why, which the customer is told. Raises
    ``NotFound`` without a reservation that the actor may cancel, ``StateForbids`` when it is too
    late, ``InvalidInput``.
    """
    reason = read_reason(reason)
    found = (await read_reservations(session, [reservation_id], actor)).get(reservation_id)
    if found is None:
        raise NotFound
    await lock_offer_of(session, reservation_id)
    if actor.is_self(found.user_id):
        cancelled = await cancel_own(session, reservation_id, actor, reason)
        return cancelled or _as_it_is(
            await _read(session, actor, reservation_id), ReservationStatus.CANCELLED_BY_CUSTOMER
        )
    return await _cancel_for_place(session, actor, found, reason)


async def _cancel_for_place(
    session: AsyncSession, actor: Actor, found: Reservation, reason: str | None
) -> Reservation:
    if not await read_managed(session, [found.place_id], actor, OFFER_KEEPERS):
        raise NotFound
    if reason is None:
        raise InvalidInput.at(
            "reason", code="REQUIRED", message="Say why: the customer is told the reason."
        )
    cancelled = await cancel_for_place(session, found.id, actor, reason)
    if cancelled is None:
        now = await _read(session, actor, found.id)
        return _as_it_is(now, ReservationStatus.CANCELLED_BY_PARTNER)
    await tell_cancelled(session, [cancelled.id], reason)
    act = Act(AuditAction.RESERVATION_CANCELLED, "reservation", found.id, reason)
    await record(session, actor, act)
    what = AuditAction.RESERVATION_CANCELLED.value
    await tell_keepers(session, actor, found.place_id, what, found.title, reason)
    return cancelled


async def _read(session: AsyncSession, actor: Actor, reservation_id: UUID) -> Reservation:
    found = (await read_reservations(session, [reservation_id], actor)).get(reservation_id)
    if found is None:
        raise NotFound
    return found


def _as_it_is(found: Reservation, wanted: ReservationStatus) -> Reservation:
    if found.status is wanted:
        return found
    if found.status is ReservationStatus.RESERVED:
        raise StateForbids("The pickup window has begun: it is too late to cancel.")
    raise StateForbids("This reservation is over.", status=found.status.value)
