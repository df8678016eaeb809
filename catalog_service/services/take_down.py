"""An admin takes an offer or a place down, or gives it back."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import Act, AuditAction, check_because
from catalog_service.domain.offers import Offer
from catalog_service.domain.places import Place
from catalog_service.repository.offer_writes import lock_offers_of_place
from catalog_service.repository.places import read_places
from catalog_service.repository.reservation_writes import cancel_all_at_place, cancel_all_of_offer
from catalog_service.repository.withholding import (
    keepers_of,
    lock_any_offer,
    lock_any_place,
    note_offer,
    note_place,
)
from catalog_service.services.record import record
from catalog_service.services.write_to import Facts, tell_cancelled, write_to
from shared.errors import NotFound


async def take_down_offer(
    session: AsyncSession, actor: Actor, offer_id: UUID, reason: str
) -> Offer:
    """The offer, which nobody sees or reserves any more; again changes nothing.

    Live reservations are cancelled and who held them is told; so are the place's owners and
    managers, who cannot publish it. Raises ``NotFound``, ``InvalidInput``.
    """
    check_because(reason)
    found, is_down = await _offer(session, offer_id)
    if is_down:
        return found
    cancelled = await cancel_all_of_offer(session, offer_id, reason)
    await tell_cancelled(session, cancelled, reason)
    await note_offer(session, offer_id, reason)
    details = {"placeId": str(found.place_id), "reservationsCancelled": str(len(cancelled))}
    act = Act(AuditAction.OFFER_TAKEN_DOWN, "offer", offer_id, reason, details)
    await record(session, actor, act)
    facts = {"offer": found.title, "reason": reason}
    await _tell_keepers(session, found.place_id, "offer_taken_down", facts)
    return (await _offer(session, offer_id))[0]


async def restore_offer(session: AsyncSession, actor: Actor, offer_id: UUID, reason: str) -> Offer:
    """The offer, for sale again if it was and is not over; again changes nothing.

    Raises ``NotFound``, ``InvalidInput``.
    """
    check_because(reason)
    found, is_down = await _offer(session, offer_id)
    if not is_down:
        return found
    await note_offer(session, offer_id, None)
    act = Act(AuditAction.OFFER_RESTORED, "offer", offer_id, reason)
    await record(session, actor, act)
    facts = {"offer": found.title, "reason": reason}
    await _tell_keepers(session, found.place_id, "offer_restored", facts)
    return (await _offer(session, offer_id))[0]


async def take_down_place(
    session: AsyncSession, actor: Actor, place_id: UUID, reason: str
) -> Place:
    """The place, whose offers nobody sees or reserves any more; again changes nothing.

    Live reservations are cancelled and who held them is told; so are its owners and managers.
    Raises ``NotFound``, ``InvalidInput``.
    """
    check_because(reason)
    found, is_down = await _place(session, place_id)
    if is_down:
        return found
    await lock_offers_of_place(session, place_id)
    cancelled = await cancel_all_at_place(session, place_id, reason)
    await tell_cancelled(session, cancelled, reason)
    await note_place(session, place_id, reason)
    details = {"reservationsCancelled": str(len(cancelled))}
    act = Act(AuditAction.PLACE_TAKEN_DOWN, "place", place_id, reason, details)
    await record(session, actor, act)
    await _tell_keepers(session, place_id, "place_taken_down", _place_facts(found, reason))
    return found


async def restore_place(session: AsyncSession, actor: Actor, place_id: UUID, reason: str) -> Place:
    """The place, with what was for sale there and is not over; again changes nothing.

    Raises ``NotFound``, ``InvalidInput``.
    """
    check_because(reason)
    found, is_down = await _place(session, place_id)
    if not is_down:
        return found
    await lock_offers_of_place(session, place_id)
    await note_place(session, place_id, None)
    act = Act(AuditAction.PLACE_RESTORED, "place", place_id, reason)
    await record(session, actor, act)
    await _tell_keepers(session, place_id, "place_restored", _place_facts(found, reason))
    return found


async def _offer(session: AsyncSession, offer_id: UUID) -> tuple[Offer, bool]:
    found = await lock_any_offer(session, offer_id)
    if found is None:
        raise NotFound
    return found


async def _place(session: AsyncSession, place_id: UUID) -> tuple[Place, bool]:
    found = await lock_any_place(session, place_id)
    if found is None:
        raise NotFound
    return found


async def _tell_keepers(session: AsyncSession, place_id: UUID, letter: str, facts: Facts) -> None:
    place = (await read_places(session, [place_id]))[place_id]
    for user_id in await keepers_of(session, place_id):
        await write_to(session, user_id, letter, {"place": place.name, **facts})


def _place_facts(place: Place, reason: str) -> Facts:
    return {"address": place.address, "reason": reason}
