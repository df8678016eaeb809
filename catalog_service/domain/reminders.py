"""Reminders of pickups that are ahead."""

from datetime import time, timedelta
from enum import StrEnum
from typing import Final


class ReminderKind(StrEnum):
    """The value is the letter's name, and what the database stores."""

    TOMORROW = "pickup_tomorrow"
    SOON = "pickup_soon"


SOON: Final = timedelta(hours=2)
"""Before the window begins."""
EVENING: Final = time(18)
"""On the day before, by the clock of the place."""
MIDNIGHT: Final = time(0)
