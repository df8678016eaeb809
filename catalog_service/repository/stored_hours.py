"""Opening hours as JSON: ``["MONDAY", "08:00", "12:30"]``, ``["2026-12-24", [["08:00", …]]]``."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from catalog_service.domain.opening_hours import (
    WEEK,
    OpeningHours,
    OpenSpan,
    SpecialDay,
    Weekday,
)


def stored_hours(weekly: Sequence[OpeningHours]) -> list[Any]:
    """As the column holds them, in the order of the week."""
    ordered = sorted(weekly, key=lambda each: (WEEK.index(each.weekday), each.opens))
    return [[each.weekday.value, _text(each.opens), _text(each.closes)] for each in ordered]


def stored_special_days(days: Sequence[SpecialDay]) -> list[Any]:
    """As the column holds them, in their order in time."""
    return [
        [each.day.isoformat(), [[_text(span.opens), _text(span.closes)] for span in each.hours]]
        for each in sorted(days, key=lambda each: each.day)
    ]


def read_hours(stored: Sequence[Any]) -> tuple[OpeningHours, ...]:
    """From the column."""
    return tuple(
        OpeningHours(Weekday(weekday), time.fromisoformat(opens), time.fromisoformat(closes))
        for weekday, opens, closes in stored
    )


def read_special_days(stored: Sequence[Any]) -> tuple[SpecialDay, ...]:
    """From the column."""
    return tuple(
        SpecialDay(
            date.fromisoformat(day),
            tuple(
                OpenSpan(time.fromisoformat(opens), time.fromisoformat(closes))
                for opens, closes in spans
            ),
        )
        for day, spans in stored
    )


def _text(clock: time) -> str:
    return clock.isoformat("minutes")
