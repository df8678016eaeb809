"""A partner opens a place and owns it."""

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import AuditAction
from catalog_service.domain.places import Place, PlaceDetails
from catalog_service.repository.place_writes import insert_place
from catalog_service.services.place_details import checked_place, require_time_zone
from catalog_service.services.record_by_admin import record_by_admin
from shared.errors import Unauthenticated


async def create_place(session: AsyncSession, actor: Actor, details: PlaceDetails) -> Place:
    """The new place; the actor holds an OWNER partnership there. Raises ``InvalidInput``."""
    details = checked_place(details)
    if actor.user_id is None:
        raise Unauthenticated
    await require_time_zone(session, details.time_zone)
    made = await insert_place(session, details, actor.user_id, actor.version)
    await record_by_admin(session, actor, AuditAction.PLACE_CREATED, ("place", made.id))
    return made
