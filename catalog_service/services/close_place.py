"""An owner closes a place for good."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import Act, AuditAction
from catalog_service.domain.places import Place
from catalog_service.domain.reservations import read_reason
from catalog_service.repository.invitations import cancel_waiting
from catalog_service.repository.offer_writes import cancel_offers_of_place, lock_offers_of_place
from catalog_service.repository.place_writes import close_place as write
from catalog_service.repository.place_writes import end_invited, owns_place
from catalog_service.repository.places import read_places
from catalog_service.repository.reservation_writes import cancel_all_at_place
from catalog_service.repository.withholding import partners_of
from catalog_service.services.invite_partner import withdraw_mails
from catalog_service.services.record import record
from catalog_service.services.write_to import tell_cancelled, write_to
from shared.errors import NotFound


async def close_place(
    session: AsyncSession, actor: Actor, place_id: UUID, reason: str | None = None
) -> Place:
    """The closed place; its offers are cancelled and live reservations with them.

    Invitations that wait are withdrawn, and the others who work there are written to. ``reason`` is
    told to who held reservations. Closing again changes nothing. Raises ``NotFound`` without
    a place that the actor owns, ``InvalidInput``.
    """
    reason = read_reason(reason)
    place = await write(session, place_id, actor)
    if place is None:
        return await _closed_before(session, actor, place_id)
    await lock_offers_of_place(session, place_id)
    cancelled = await cancel_all_at_place(session, place_id, reason)
    await tell_cancelled(session, cancelled, reason, "place_closed")
    await cancel_offers_of_place(session, place_id)
    await withdraw_mails(session, await cancel_waiting(session, place_id))
    await end_invited(session, place_id)
    await _tell_partners(session, actor, place, reason)
    await record(session, actor, Act(AuditAction.PLACE_CLOSED, "place", place_id, reason))
    return place


async def _tell_partners(
    session: AsyncSession, actor: Actor, place: Place, reason: str | None
) -> None:
    """An owner's reason is for who held reservations; an admin's also for whose place it was."""
    facts = {"place": place.name, "address": place.address}
    if actor.is_admin and reason is not None:
        facts["reason"] = reason
    for user_id in await partners_of(session, place.id):
        if not actor.is_self(user_id):
            await write_to(session, user_id, "workplace_closed", facts)


async def _closed_before(session: AsyncSession, actor: Actor, place_id: UUID) -> Place:
    if not await owns_place(session, place_id, actor):
        raise NotFound
    return (await read_places(session, [place_id]))[place_id]
