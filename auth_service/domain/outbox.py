"""What leaves this service after the transaction that wants it has committed."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

MAIL_IS_WORTH: Final = timedelta(hours=24)  # no longer than the tokens it carries
EVENTS_WAIT_AT_MOST: Final = timedelta(seconds=30)
"""Between two attempts: a role that was taken away still counts until its event is taken."""


class OutboxKind(StrEnum):
    """Where it goes: to a person by mail, or to another service."""

    MAIL = "mail"
    EVENT = "event"
