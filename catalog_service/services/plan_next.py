"""When a schedule is to be looked at next."""

from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.errors import InvalidInput
from catalog_service.domain.opening_hours import shut_days
from catalog_service.domain.places import Place
from catalog_service.domain.schedules import Schedule, ScheduledDay, next_day
from catalog_service.repository.offer_writes import database_time
from catalog_service.repository.schedules import read_handled_days, schedules_of, set_next


async def plan_next(session: AsyncSession, schedule: Schedule, place: Place) -> ScheduledDay | None:
    """The schedule's next day, noted as its next moment; a paused one has none."""
    found = None
    if not schedule.is_paused:
        handled = (await read_handled_days(session, [schedule.id]))[schedule.id]
        pickup = schedule.details.pickup
        shut = shut_days(place.opening_hours, place.special_days, pickup)
        found = next_day(
            schedule.details,
            ZoneInfo(place.time_zone),
            shut | {each.day for each in handled},
            await database_time(session),
        )
    await set_next(session, schedule.id, None if found is None else found.on_sale_at)
    return found


async def plan_checked(session: AsyncSession, schedule: Schedule, place: Place) -> None:
    """Plan it. Raises ``InvalidInput`` for a schedule that would publish nothing any more."""
    found = await plan_next(session, schedule, place)
    if found is None and not schedule.is_paused:
        raise InvalidInput.at(
            "input", "lastDay", code="IN_THE_PAST", message="No day of this schedule is left."
        )


async def plan_again(session: AsyncSession, place: Place) -> None:
    """Plan all schedules of a place whose clock or days are others now. Lock the place first."""
    for schedule in await schedules_of(session, place.id):
        await plan_next(session, schedule, place)
