"""Windows by the clock on the wall, also in the nights when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from catalog_service.domain.local_times import LocalSpan, window_on
from catalog_service.domain.opening_hours import WEEK, Weekday
from catalog_service.domain.schedules import (
    OfferTemplate,
    ScheduleDetails,
    next_day,
    upcoming,
    usable_days,
)

BERLIN, NEW_YORK, LORD_HOWE = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
)
GAP, FOLD = date(2026, 3, 29), date(2026, 10, 25)


def span(text: str) -> LocalSpan:
    start, end = text.split("-")
    return LocalSpan(time.fromisoformat(start), time.fromisoformat(end))


def schedule(pickup: str, weekdays: tuple[Weekday, ...] = WEEK, **more: date) -> ScheduleDetails:
    template = OfferTemplate("Bread", "", Decimal(1), Decimal(2), [], None, [])
    days = {"first_day": None, "last_day": None} | more
    return ScheduleDetails(template, 6, weekdays, span(pickup), timedelta(hours=12), **days)


@pytest.mark.parametrize(
    ("zone", "day", "pickup", "start", "end"),
    [
        (BERLIN, date(2026, 11, 23), "17:00-18:00", "2026-11-23T16:00", "2026-11-23T17:00"),
        (BERLIN, date(2026, 7, 1), "17:00-18:00", "2026-07-01T15:00", "2026-07-01T16:00"),
        (BERLIN, date(2026, 11, 23), "22:00-00:00", "2026-11-23T21:00", "2026-11-23T23:00"),
        (BERLIN, GAP, "01:30-02:30", "2026-03-29T00:30", "2026-03-29T01:30"),  # ends in the gap
        (BERLIN, GAP, "02:30-03:30", "2026-03-29T01:30", "2026-03-29T02:30"),  # 03:30 on the new
        (BERLIN, GAP, "02:30-03:00", "2026-03-29T01:30", "2026-03-29T02:00"),  # would end before
        (BERLIN, GAP, "02:10-02:40", "2026-03-29T01:10", "2026-03-29T01:40"),
        (BERLIN, date(2026, 3, 28), "22:00-03:00", "2026-03-28T21:00", "2026-03-29T01:00"),
        (BERLIN, FOLD, "01:30-02:30", "2026-10-24T23:30", "2026-10-25T00:30"),  # the first 02:30
        (BERLIN, FOLD, "02:30-03:30", "2026-10-25T00:30", "2026-10-25T02:30"),  # two hours
        (BERLIN, date(2026, 10, 24), "22:00-03:00", "2026-10-24T20:00", "2026-10-25T02:00"),
        (NEW_YORK, date(2026, 3, 8), "02:30-02:45", "2026-03-08T07:30", "2026-03-08T07:45"),
        (NEW_YORK, date(2026, 11, 1), "01:15-01:45", "2026-11-01T05:15", "2026-11-01T05:45"),
        (LORD_HOWE, date(2026, 10, 4), "02:15-02:45", "2026-10-03T15:45", "2026-10-03T16:15"),
    ],
)
def test_a_window_is_where_the_clock_says(
    zone: ZoneInfo, day: date, pickup: str, start: str, end: str
) -> None:
    found = window_on(day, span(pickup), zone)
    assert [each.strftime("%Y-%m-%dT%H:%M") for each in found] == [start, end]


def test_no_time_of_any_night_vanishes() -> None:
    """Every quarter of an hour as a start, with every length up to a day, in three zones."""
    quarters = [time(minute // 60, minute % 60) for minute in range(0, 24 * 60, 15)]
    for zone, months in ((BERLIN, (3, 10)), (NEW_YORK, (3, 11)), (LORD_HOWE, (4, 10))):
        for month, day in product(months, range(1, 32)):
            if month in {4, 11} and day == 31:
                continue
            for start, end in product(quarters[:20], quarters[:20:3]):
                if start == end:
                    continue
                opens, closes = window_on(date(2026, month, day), LocalSpan(start, end), zone)
                assert timedelta() < closes - opens <= timedelta(hours=25)


def test_days_are_those_of_the_week_within_the_period() -> None:
    weekdays = WEEK[:5]
    days = schedule("17:00-18:00", weekdays, last_day=date(2026, 12, 2))
    now = datetime(2026, 11, 27, 18, tzinfo=UTC)  # Friday, its window is over
    assert [each.day.day for each in usable_days(days, BERLIN, now)] == [30, 1, 2]


def test_yesterdays_night_is_still_of_use() -> None:
    now = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)  # 01:30 in Berlin
    found = upcoming(schedule("23:00-02:00"), BERLIN, now, 2)
    assert [each.day.day for each in found] == [23, 24]


def test_each_day_is_once_also_around_the_nights_when_clocks_change() -> None:
    for around in (GAP, FOLD):
        now = datetime.combine(around - timedelta(days=3), time(), UTC)
        found = upcoming(schedule("02:30-03:30"), BERLIN, now, 7)
        days = [each.day for each in found]
        assert days == [around + timedelta(days=shift) for shift in range(-3, 4)]
        starts = [each.window.start for each in found]
        assert starts == sorted(set(starts))


def test_nothing_is_due_when_all_days_are_dealt_with() -> None:
    last = date(2026, 11, 24)
    days = schedule("17:00-18:00", last_day=last)
    now = datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert next_day(days, BERLIN, {last}, now) is None
    found = next_day(days, BERLIN, set(), now)
    assert found is not None
    assert found.on_sale_at == datetime(2026, 11, 24, 4, tzinfo=UTC)
