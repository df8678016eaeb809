"""A partner changes, pauses, resumes or ends a schedule. What was published stays as it is."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import AuditAction
from catalog_service.domain.places import Place
from catalog_service.domain.schedules import Schedule, ScheduleDetails, check_schedule
from catalog_service.repository.removals import note_removal, was_removed
from catalog_service.repository.schedules import (
    delete_schedule as remove,
)
from catalog_service.repository.schedules import lock_schedule, set_paused
from catalog_service.repository.schedules import update_schedule as write
from catalog_service.services.keep_image import require_images
from catalog_service.services.plan_next import plan_checked, plan_next
from catalog_service.services.record_schedule import record_schedule
from shared.errors import NotFound


async def held_schedule(
    session: AsyncSession, actor: Actor, schedule_id: UUID
) -> tuple[Schedule, Place]:
    """The schedule and its place, held. Raises ``NotFound`` unless the actor keeps its offers."""
    held = await lock_schedule(session, schedule_id, actor)
    if held is None:
        raise NotFound
    return held


async def update_schedule(
    session: AsyncSession,
    actor: Actor,
    schedule_id: UUID,
    revise: Callable[[ScheduleDetails], ScheduleDetails],
) -> Schedule:
    """The schedule as ``revise`` makes it; days that were published or skipped stay so.

    Raises ``NotFound``, ``InvalidInput``.
    """
    before, place = await held_schedule(session, actor, schedule_id)
    details = revise(before.details)
    check_schedule(details, place.currency)
    await require_images(session, place.id, details.template.image_urls)
    after = await write(session, schedule_id, details)
    await plan_checked(session, after, place)
    if details != before.details:
        await record_schedule(session, actor, AuditAction.SCHEDULE_CHANGED, after)
    return after


async def pause_schedule(session: AsyncSession, actor: Actor, schedule_id: UUID) -> Schedule:
    """The schedule, which publishes nothing until it is resumed. Raises ``NotFound``."""
    before, place = await held_schedule(session, actor, schedule_id)
    if before.is_paused:
        return before
    after = await set_paused(session, schedule_id, is_paused=True)
    await plan_next(session, after, place)
    await record_schedule(session, actor, AuditAction.SCHEDULE_PAUSED, after)
    return after


async def resume_schedule(session: AsyncSession, actor: Actor, schedule_id: UUID) -> Schedule:
    """The schedule, publishing again: also the days of the pause whose windows are not over.

    Raises ``NotFound``.
    """
    before, place = await held_schedule(session, actor, schedule_id)
    if not before.is_paused:
        return before
    after = await set_paused(session, schedule_id, is_paused=False)
    await plan_next(session, after, place)
    await record_schedule(session, actor, AuditAction.SCHEDULE_RESUMED, after)
    return after


async def delete_schedule(session: AsyncSession, actor: Actor, schedule_id: UUID) -> UUID:
    """The id of the schedule that is gone; its offers stay. Deleting again changes nothing.

    Raises ``NotFound``.
    """
    held = await lock_schedule(session, schedule_id, actor)
    if held is None:
        if await was_removed(session, schedule_id, actor):
            return schedule_id
        raise NotFound
    gone, place = held
    await remove(session, schedule_id)
    await note_removal(session, schedule_id, place.id)
    await record_schedule(session, actor, AuditAction.SCHEDULE_DELETED, gone)
    return schedule_id
