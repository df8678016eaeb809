"""An owner closes a place for good."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.places import Place
from catalog_service.repository.offer_writes import cancel_offers_of_place, lock_offers_of_place
from catalog_service.repository.place_writes import close_place as write
from catalog_service.repository.reservation_writes import cancel_all_at_place
from catalog_service.services.write_to import tell_cancelled
from shared.errors import NotFound


async def close_place(session: AsyncSession, actor: Actor, place_id: UUID) -> Place:
    """The closed place; its offers are cancelled and live reservations with them.

    Raises ``NotFound`` without an open place that the actor owns.
    """
    place = await write(session, place_id, actor)
    if place is None:
        raise NotFound
    await lock_offers_of_place(session, place_id)
    await tell_cancelled(session, await cancel_all_at_place(session, place_id))
    await cancel_offers_of_place(session, place_id)
    return place
