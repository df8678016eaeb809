"""A partner hands the food over to whoever shows the code."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import StateForbids
from catalog_service.domain.moderation import AuditAction
from catalog_service.domain.pickup import check_typed_code, normal_pickup_code
from catalog_service.domain.reservations import Reservation, ReservationStatus
from catalog_service.repository.reservation_writes import pick_up_by_code, pick_up_by_id
from catalog_service.repository.reservations import read_by_pickup_code, read_reservation_at
from catalog_service.repository.standings import read_ender_names
from catalog_service.services.record_by_admin import record_by_admin
from shared.errors import NotFound

_ENDED: Final = {
    ReservationStatus.CANCELLED_BY_CUSTOMER: "The customer cancelled this reservation.",
    ReservationStatus.CANCELLED_BY_PARTNER: "This reservation was cancelled by the place.",
    ReservationStatus.EXPIRED: "This reservation has expired: nobody came in time.",
}


async def confirm_pickup(
    session: AsyncSession, actor: Actor, place_id: UUID, typed_code: str
) -> Reservation:
    """The reservation with this code, picked up: from the start of its window until it expires.

    Raises ``NotFound`` for a code that no reservation has at a place where the actor works,
    ``StateForbids`` outside the window or when the reservation has ended (a code of one that was
    cancelled is no guess), ``InvalidInput`` for text that nobody could have shown.
    """
    check_typed_code(typed_code)
    code = normal_pickup_code(typed_code)
    if code is None:
        raise await _reason(session, actor, None)
    picked_up = await pick_up_by_code(session, place_id, code, actor)
    if picked_up is None:
        found = await read_by_pickup_code(session, place_id, code, actor)
        raise await _reason(session, actor, found)
    await _record(session, actor, picked_up)
    return picked_up


async def confirm_pickup_of(
    session: AsyncSession, actor: Actor, place_id: UUID, reservation_id: UUID
) -> Reservation:
    """The reservation, picked up by a customer whom the place knows without a code.

    Raises as ``confirm_pickup``.
    """
    picked_up = await pick_up_by_id(session, place_id, reservation_id, actor)
    if picked_up is None:
        found = await read_reservation_at(session, place_id, reservation_id, actor)
        raise await _reason(session, actor, found)
    await _record(session, actor, picked_up)
    return picked_up


async def _record(session: AsyncSession, actor: Actor, picked_up: Reservation) -> None:
    action, target = AuditAction.RESERVATION_PICKED_UP, ("reservation", picked_up.id)
    await record_by_admin(session, actor, action, target, placeId=str(picked_up.place_id))


async def _reason(session: AsyncSession, actor: Actor, found: Reservation | None) -> Exception:
    if found is None:
        return NotFound("There is no such reservation here.")
    if found.status is ReservationStatus.PICKED_UP:
        names = await read_ender_names(session, [found.id], actor)
        return StateForbids(
            "This reservation was picked up already.",
            pickedUpAt=None if found.ended_at is None else found.ended_at.isoformat(),
            pickedUpBy=None if found.ended_by is None else str(found.ended_by),
            pickedUpByName=names.get(found.id),
        )
    if found.status is not ReservationStatus.RESERVED:
        return StateForbids(_ENDED[found.status], status=found.status.value)
    window = {
        "pickupStart": found.window.start.isoformat(),
        "pickupEnd": found.window.end.isoformat(),
    }
    return StateForbids("This is outside the reservation's pickup window.", **window)
