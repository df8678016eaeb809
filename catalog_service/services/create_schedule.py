"""A partner has offers publish themselves."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import LimitReached
from catalog_service.domain.moderation import AuditAction
from catalog_service.domain.schedules import (
    MOST_SCHEDULES,
    Schedule,
    ScheduleDetails,
    check_schedule,
)
from catalog_service.repository.schedules import (
    count_schedules,
    insert_schedule,
    lock_kept_place,
    read_schedules,
)
from catalog_service.services.keep_image import require_images
from catalog_service.services.make_once import make_once
from catalog_service.services.plan_next import plan_checked
from catalog_service.services.record_schedule import record_schedule
from shared.errors import NotFound


async def create_schedule(
    session: AsyncSession,
    actor: Actor,
    place_id: UUID,
    details: ScheduleDetails,
    key: str | None = None,
) -> Schedule:
    """The new schedule. A day of it that is due already is published within a minute. With a key it
    is made once.

    Raises ``InvalidInput``, ``NotFound`` without an open place whose offers the actor keeps,
    ``LimitReached``, ``StateForbids`` for a key that made something else.
    """

    async def read(schedule_id: UUID) -> Schedule | None:
        return (await read_schedules(session, [schedule_id], actor)).get(schedule_id)

    asked = "schedule", place_id, details
    return await make_once(
        session, actor, key, asked, lambda: _create(session, actor, place_id, details), read
    )


async def _create(
    session: AsyncSession, actor: Actor, place_id: UUID, details: ScheduleDetails
) -> Schedule:
    check_schedule(details, None)
    place = await lock_kept_place(session, place_id, actor)
    if place is None:
        raise NotFound
    check_schedule(details, place.currency)
    if await count_schedules(session, place_id) >= MOST_SCHEDULES:
        message = f"A place has at most {MOST_SCHEDULES} schedules."
        raise LimitReached(message, "schedules", MOST_SCHEDULES)
    await require_images(session, place_id, details.template.image_urls)
    made = await insert_schedule(session, place_id, details)
    await plan_checked(session, made, place)
    await record_schedule(session, actor, AuditAction.SCHEDULE_CREATED, made)
    return made
