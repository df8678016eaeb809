"""A partner leaves out a day of a schedule, or takes it in again."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import InvalidInput, StateForbids
from catalog_service.domain.moderation import AuditAction
from catalog_service.domain.schedules import Schedule, scheduled, takes_place_on
from catalog_service.repository.offer_writes import database_time
from catalog_service.repository.schedules import skip_day as write_skipped
from catalog_service.repository.schedules import unskip_day as forget_skipped
from catalog_service.services.change_schedule import held_schedule
from catalog_service.services.plan_next import plan_next
from catalog_service.services.record_schedule import record_schedule


async def skip_day(session: AsyncSession, actor: Actor, schedule_id: UUID, day: date) -> Schedule:
    """The schedule, which publishes nothing on that day; skipping again changes nothing.

    Raises ``NotFound``, ``InvalidInput`` for a day that is none of its own or over,
    ``StateForbids`` for one that was published already: its offer can be cancelled.
    """
    schedule, place = await held_schedule(session, actor, schedule_id)
    if not takes_place_on(schedule.details, day):
        message = "This schedule does not take place on that day."
        raise InvalidInput.at("day", code="NOT_SCHEDULED", message=message)
    window = scheduled(schedule.details, day, ZoneInfo(place.time_zone)).window
    if window.end <= await database_time(session):
        raise InvalidInput.at("day", code="IN_THE_PAST", message="That day is over.")
    stands, is_new = await write_skipped(session, schedule_id, day)
    if not stands.is_skipped:
        raise StateForbids(
            "That day was published already: pause or cancel its offer.",
            offerId=None if stands.offer_id is None else str(stands.offer_id),
        )
    if is_new:
        await plan_next(session, schedule, place)
        await record_schedule(session, actor, AuditAction.DAY_SKIPPED, schedule, day)
    return schedule


async def unskip_day(session: AsyncSession, actor: Actor, schedule_id: UUID, day: date) -> Schedule:
    """The schedule, which takes place on that day after all; again changes nothing.

    Raises ``NotFound``.
    """
    schedule, place = await held_schedule(session, actor, schedule_id)
    if await forget_skipped(session, schedule_id, day):
        await plan_next(session, schedule, place)
        await record_schedule(session, actor, AuditAction.DAY_UNSKIPPED, schedule, day)
    return schedule
