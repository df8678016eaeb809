"""Reminders of pickups that are ahead."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo


class ReminderKind(StrEnum):
    """The value is the letter's name, and what the database stores."""

    TOMORROW = "pickup_tomorrow"
    SOON = "pickup_soon"


SOON: Final = timedelta(hours=2)
"""Before the window begins."""
EVENING: Final = time(18)
"""On the day before, by the clock of the place."""
MIDNIGHT: Final = time(0)


def of_use_until(kind: ReminderKind, pickup_start: datetime, zone: ZoneInfo) -> datetime:
    """When nobody needs it any more. After midnight at the place, "tomorrow" is a day too late."""
    if kind is ReminderKind.SOON:
        return pickup_start
    that_day = pickup_start.astimezone(zone).date()
    return datetime.combine(that_day, MIDNIGHT, zone).astimezone(UTC)
