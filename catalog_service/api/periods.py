"""The period that figures are asked for."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final, TypeAlias

import strawberry

from catalog_service.domain.activity import DEFAULT_PERIOD, Period, check_period

FARTHEST_AHEAD: Final = timedelta(hours=14)

FromDay: TypeAlias = Annotated[
    date | None,
    strawberry.argument(name="from", description="The first day; default: 29 days before `to`."),
]
ToDay: TypeAlias = Annotated[
    date | None,
    strawberry.argument(
        name="to", description="The last day, at most 366 after `from`; default: today."
    ),
]


def period_of(first: date | None, last: date | None) -> Period:
    """The period that the arguments name. Raises ``InvalidInput``."""
    # It is tomorrow in Kiritimati for 14 hours of each day: "today" is the latest date anywhere.
    end = last or (datetime.now(UTC) + FARTHEST_AHEAD).date()
    return check_period(first or _days_before(end), end)


def _days_before(end: date) -> date:
    return max(end, date.min + DEFAULT_PERIOD) - DEFAULT_PERIOD
