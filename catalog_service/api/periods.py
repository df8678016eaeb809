"""The period that figures are asked for."""

from datetime import date, datetime
from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo

import strawberry

from catalog_service.domain.activity import DEFAULT_PERIOD, Period, check_period

FromDay: TypeAlias = Annotated[
    date | None,
    strawberry.argument(name="from", description="The first day; default: 29 days before `to`."),
]
ToDay: TypeAlias = Annotated[
    date | None,
    strawberry.argument(
        name="to",
        description="The last day, at most 366 after `from`; default: today, where the place is.",
    ),
]


def period_of(first: date | None, last: date | None, *time_zones: str) -> Period:
    """The period that the arguments name; it ends with the latest today among the places' zones.

    Raises ``InvalidInput``.
    """
    end = last or max(datetime.now(ZoneInfo(zone)).date() for zone in time_zones)
    return check_period(first or _days_before(end), end)


def _days_before(end: date) -> date:
    return max(end, date.min + DEFAULT_PERIOD) - DEFAULT_PERIOD
