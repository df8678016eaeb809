"""Which mails an account's owner may do without. All others always go."""

from enum import StrEnum
from typing import Final


class Notification(StrEnum):
    """A kind of mail that is sent by choice."""

    RESERVED = "reserved"
    RESERVATION_CHANGED = "reservation_changed"
    PICKUP_TOMORROW = "pickup_tomorrow"
    PICKUP_SOON = "pickup_soon"


DEFAULT_NOTIFICATIONS: Final = frozenset(
    {Notification.RESERVED, Notification.RESERVATION_CHANGED, Notification.PICKUP_SOON}
)
"""Of a new account. One reminder is enough for who did not ask for two."""
