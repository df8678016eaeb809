"""Remind customers of pickups that are ahead, each once."""

from typing import Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.reminders import of_use_until
from catalog_service.repository.notices import notices_of
from catalog_service.repository.reminding import claim_reminders
from catalog_service.services.write_to import Wish, wish_for
from shared.database import Database

BATCH: Final = 200

log = structlog.get_logger(__name__)


async def remind(database: Database) -> int:
    """Ask for the reminders that are due, a batch a transaction; how many.

    Claimed and asked for in one transaction: killed at any point, it is asked for once. Who did not
    choose reminders is known to the auth service, which writes none.
    """
    total = 0
    while True:
        claimed = await database.write(_remind_some)
        total += claimed
        if claimed < BATCH:
            break
    if total:
        log.info("reminders asked for", count=total)
    return total


async def _remind_some(session: AsyncSession) -> int:
    claimed = await claim_reminders(session, BATCH)
    notices = await notices_of(session, [reservation_id for _, reservation_id, _ in claimed])
    of = {notice.reservation_id: notice for notice in notices}
    wishes = []
    for reminder_id, reservation_id, kind in claimed:
        notice = of.get(reservation_id)
        if notice is None:
            continue  # the account was deleted this moment
        facts = notice.facts | {"pickupCode": notice.pickup_code}
        not_after = of_use_until(kind, notice.pickup_start, ZoneInfo(notice.time_zone))
        wishes.append(Wish(notice.user_id, kind.value, facts, not_after, reminder_id))
    await wish_for(session, wishes)
    return len(claimed)
