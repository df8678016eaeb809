"""Schedules: offers that publish themselves on the days of a week.

A schedule says what each offer says, and when; a day of it becomes at most one offer. Times are the
place's clock's (``domain.local_times`` tells of the nights when clocks change).
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet
from catalog_service.domain.errors import InvalidInput, Violation
from catalog_service.domain.local_times import LocalSpan, window_on
from catalog_service.domain.offers import OfferDetails, check_offer
from catalog_service.domain.opening_hours import Weekday, weekday_of
from catalog_service.domain.pickup import PickupWindow

MOST_SCHEDULES: Final = 50
"""At one place."""
LONGEST_LEAD: Final = timedelta(days=14)
MOST_DATES_SHOWN: Final = 31
_EARLIEST: Final = date(2000, 1, 1)
_LATEST: Final = date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class OfferTemplate:
    """What each offer of a schedule says: fields of ``OfferDetails``."""

    title: str
    description: str
    price: Decimal
    original_price: Decimal
    tags: list[str]
    allergens: list[Allergen] | None
    image_urls: list[str]
    max_per_customer: int | None = None
    diets: list[Diet] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ScheduleDetails:
    """What a partner says about a schedule; the whole of it, whether new or changed.

    ``lead``: how long before its window an offer goes on sale. ``first_day`` None: at once;
    ``last_day`` None: without end.
    """

    template: OfferTemplate
    quantity_total: int
    weekdays: tuple[Weekday, ...]
    pickup: LocalSpan
    lead: timedelta
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule of a place."""

    id: UUID
    place_id: UUID
    details: ScheduleDetails
    is_paused: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class HandledDay:
    """A day of a schedule that was published or skipped. ``offer_id`` None: skipped, or a draft of
    it was deleted since. ``window``: the offer's, which a later change of the schedule leaves."""

    day: date
    is_skipped: bool
    offer_id: UUID | None
    window: PickupWindow | None = None


@dataclass(frozen=True, slots=True)
class ScheduledDay:
    """A day of a schedule, as moments."""

    day: date
    window: PickupWindow
    on_sale_at: datetime


def check_schedule(details: ScheduleDetails, currency: str | None) -> None:
    """Raise ``InvalidInput`` with every fault of a schedule's details.

    ``currency``: the place's; None while no place is known.
    """
    faults = list(_faults(details))
    at_once = replace(details, lead=timedelta())  # one out of range would leave the calendar
    try:
        check_offer(offer_on(at_once, scheduled(at_once, _EARLIEST, ZoneInfo("UTC"))), currency)
    except InvalidInput as error:
        faults = [*error.violations, *faults]
    if faults:
        raise InvalidInput(faults)


def _faults(details: ScheduleDetails) -> Iterable[Violation]:
    if not details.weekdays:
        yield Violation(("input", "weekdays"), "EMPTY", "At least one day of the week.")
    if details.pickup.start == details.pickup.end:
        yield Violation(
            ("input", "pickupEnd"),
            "NOT_AFTER_START",
            "The pickup window ends before it starts.",
            "pickupStart",
        )
    if not timedelta() <= details.lead <= LONGEST_LEAD:
        most = LONGEST_LEAD // timedelta(minutes=1)
        message = f"Between 0 and {most} minutes."
        yield Violation(("input", "onSaleMinutesBefore"), "OUT_OF_RANGE", message)
    for name, day in (("firstDay", details.first_day), ("lastDay", details.last_day)):
        if day is not None and not _EARLIEST <= day <= _LATEST:
            yield Violation(("input", name), "OUT_OF_RANGE", "Between the years 2000 and 2099.")
    if details.last_day is not None and details.last_day < (details.first_day or _EARLIEST):
        message = "Not before the first day."
        yield Violation(("input", "lastDay"), "BEFORE_FIRST_DAY", message, "firstDay")


def offer_on(details: ScheduleDetails, day: ScheduledDay) -> OfferDetails:
    """The offer that a day of the schedule becomes."""
    template = details.template
    said = {each.name: getattr(template, each.name) for each in fields(template)}
    return OfferDetails(**said, quantity_total=details.quantity_total, window=day.window)


def scheduled(details: ScheduleDetails, day: date, zone: ZoneInfo) -> ScheduledDay:
    """The moments of that day, whether the schedule takes place on it or not."""
    start, end = window_on(day, details.pickup, zone)
    return ScheduledDay(day, PickupWindow(start, end), start - details.lead)


def takes_place_on(details: ScheduleDetails, day: date) -> bool:
    """Whether that day is one of the schedule's."""
    if not (details.first_day or _EARLIEST) <= day <= (details.last_day or _LATEST):
        return False
    return weekday_of(day) in details.weekdays


def usable_days(details: ScheduleDetails, zone: ZoneInfo, now: datetime) -> Iterator[ScheduledDay]:
    """The schedule's days whose windows are not over, in order; published and skipped ones too."""
    # A window of yesterday may reach into today.
    day = max(details.first_day or _EARLIEST, now.astimezone(zone).date() - timedelta(days=1))
    last = details.last_day or _LATEST
    while day <= last:
        if weekday_of(day) in details.weekdays:
            found = scheduled(details, day, zone)
            if found.window.end > now:
                yield found
        day += timedelta(days=1)


def next_day(
    details: ScheduleDetails, zone: ZoneInfo, handled: Collection[date], now: datetime
) -> ScheduledDay | None:
    """The first usable day that was neither published nor skipped; None: there is none."""
    return next((each for each in usable_days(details, zone, now) if each.day not in handled), None)


def upcoming(
    details: ScheduleDetails, zone: ZoneInfo, now: datetime, count: int
) -> list[ScheduledDay]:
    """The next usable days."""
    return list(islice(usable_days(details, zone, now), count))
