"""A partner opens a place and owns it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import AuditAction
from catalog_service.domain.places import Place, PlaceDetails
from catalog_service.repository.place_writes import insert_place
from catalog_service.repository.places import read_places
from catalog_service.services.make_once import make_once
from catalog_service.services.place_details import checked_place, require_time_zone
from catalog_service.services.record_by_admin import record_by_admin
from shared.errors import Unauthenticated


async def create_place(
    session: AsyncSession, actor: Actor, details: PlaceDetails, key: str | None = None
) -> Place:
    """The new place; the actor holds an OWNER partnership there. With a key it is made once.

    Raises ``InvalidInput``, ``StateForbids`` for a key that made something else.
    """

    async def read(place_id: UUID) -> Place | None:
        return (await read_places(session, [place_id])).get(place_id)

    asked = "place", details
    return await make_once(
        session, actor, key, asked, lambda: _create(session, actor, details), read
    )


async def _create(session: AsyncSession, actor: Actor, details: PlaceDetails) -> Place:
    details = checked_place(details)
    if actor.user_id is None:
        raise Unauthenticated
    await require_time_zone(session, details.time_zone)
    made = await insert_place(session, details, actor.user_id, actor.version)
    await record_by_admin(session, actor, AuditAction.PLACE_CREATED, ("place", made.id))
    return made
