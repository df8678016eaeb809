"""Record what is done to a schedule; whoever runs the place is told what an admin did."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import Act, AuditAction
from catalog_service.domain.schedules import Schedule
from catalog_service.services.record import record
from catalog_service.services.tell_keepers import tell_keepers


async def record_schedule(
    session: AsyncSession,
    actor: Actor,
    action: AuditAction,
    schedule: Schedule,
    day: date | None = None,
) -> None:
    """Add the act to the log, with the schedule's place, and the day it is about."""
    details = {"placeId": str(schedule.place_id)}
    if day is not None:
        details["day"] = day.isoformat()
    await record(session, actor, Act(action, "schedule", schedule.id, details=details))
    title = schedule.details.template.title
    await tell_keepers(session, actor, schedule.place_id, action.value, title)
