"""An owner closes a place for good."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import Act, AuditAction
from catalog_service.domain.places import Place
from catalog_service.domain.reservations import read_reason
from catalog_service.repository.offer_writes import cancel_offers_of_place, lock_offers_of_place
from catalog_service.repository.place_writes import close_place as write
from catalog_service.repository.place_writes import owns_place
from catalog_service.repository.places import read_places
from catalog_service.repository.reservation_writes import cancel_all_at_place
from catalog_service.services.record import record
from catalog_service.services.write_to import tell_cancelled
from shared.errors import NotFound


async def close_place(
    session: AsyncSession, actor: Actor, place_id: UUID, reason: str | None = None
) -> Place:
    """The closed place; its offers are cancelled and live reservations with them.

    ``reason`` is told to who held them. Closing again changes nothing. Raises ``NotFound`` without
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
    await record(session, actor, Act(AuditAction.PLACE_CLOSED, "place", place_id, reason))
    return place


async def _closed_before(session: AsyncSession, actor: Actor, place_id: UUID) -> Place:
    if not await owns_place(session, place_id, actor):
        raise NotFound
    return (await read_places(session, [place_id]))[place_id]
