"""Hand one event of the outbox to the auth service."""

from typing import Final
from uuid import UUID

from catalog_service.domain.reminders import ReminderKind
from catalog_service.repository.reminding import is_still_live
from shared.database import Database
from shared.outbox import EventReceiver, OutboxItem

_REMINDERS: Final = frozenset(ReminderKind)


async def deliver_event(database: Database, events: EventReceiver, item: OutboxItem) -> None:
    """Deliver ``item``; a reminder only while there is something to pick up. Raises ``NotSent``.

    The auth service may have been away for hours, and a reservation be cancelled meanwhile.
    """
    if item.payload.get("letter") in _REMINDERS:
        async with database.read() as connection:
            if not await is_still_live(connection, UUID(item.payload["id"])):
                return
    await events.deliver(item.payload)
