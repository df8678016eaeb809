"""Publish what schedules have due: each day once, whichever instance comes first.

The offer, the note that its day became one, and the schedule's next moment are one transaction.
Killed before its commit, nothing happened, and the schedule is still due; killed after it, all has.
Of two instances one holds the schedule and the other passes it over.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.opening_hours import shut_days
from catalog_service.domain.schedules import LONGEST_LEAD, next_day, offer_on
from catalog_service.repository.due_schedules import (
    Due,
    due_schedules,
    hold_due,
    insert_published,
    note_published,
)
from catalog_service.repository.offer_writes import database_time
from catalog_service.repository.schedules import read_handled_days, set_next
from shared.database import Database

BATCH: Final = 100
MOST_AT_ONCE: Final = LONGEST_LEAD.days + 3
"""Days of one schedule that can be due together: of a new one with a long time on sale."""
LOOK_AGAIN: Final = timedelta(minutes=1)
"""At a place that sells nothing at present."""

log = structlog.get_logger(__name__)


async def publish_schedules(database: Database) -> int:
    """Publish what is due; how many offers. Schedules that fail do not stop the others."""
    total = 0
    after: Due | None = None
    while True:
        async with database.read() as connection:
            due = await due_schedules(connection, BATCH, after)
        for _, schedule_id in due:
            total += await _publish_one(database, schedule_id)
        if len(due) < BATCH:
            break
        after = due[-1]
    if total:
        log.info("scheduled offers published", count=total)
    return total


async def _publish_one(database: Database, schedule_id: UUID) -> int:
    try:
        return await database.write(lambda session: publish_due(session, schedule_id))
    except Exception:
        log.exception("schedule not published", schedule=str(schedule_id))
        return 0


async def publish_due(session: AsyncSession, schedule_id: UUID) -> int:
    """Publish the due days of one schedule whose windows are not over; how many.

    What was missed while nothing ran is made up for as far as it is of use. At a place that nobody
    owns the days wait until it has an owner, or they are over; at a closed one nothing follows.
    Days on which its special hours shut it are passed over.
    """
    held = await hold_due(session, schedule_id)
    if held is None:
        return 0
    schedule, place = held
    now = await database_time(session)
    zone = ZoneInfo(place.time_zone)
    handled = {each.day for each in (await read_handled_days(session, [schedule_id]))[schedule_id]}
    handled |= shut_days(place.opening_hours, place.special_days, schedule.details.pickup)
    published = 0
    due = next_day(schedule.details, zone, handled, now)
    while due is not None and due.on_sale_at <= now and place.sells and published < MOST_AT_ONCE:
        offer_id = await insert_published(
            session, schedule.place_id, offer_on(schedule.details, due)
        )
        await note_published(session, schedule_id, due.day, offer_id)
        handled.add(due.day)
        published += 1
        due = next_day(schedule.details, zone, handled, now)
    if due is None or not place.is_open:
        await set_next(session, schedule_id, None)
    else:
        await set_next(session, schedule_id, max(due.on_sale_at, now + _pause(place.sells)))
    return published


def _pause(sells: bool) -> timedelta:
    return timedelta() if sells else LOOK_AGAIN
