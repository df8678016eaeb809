"""When a place is open: weekly intervals, and days on which something else holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from catalog_service.domain.errors import InvalidInput, Violation
from catalog_service.domain.local_times import LocalSpan, window_on
from catalog_service.domain.pickup import moment_faults

MOST_INTERVALS: Final = 6
"""In one day."""
MOST_SPECIAL_DAYS: Final = 100
_DAY: Final = 24 * 60
_WEEK: Final = 7 * _DAY
_ONE_DAY: Final = timedelta(days=1)


class Weekday(StrEnum):
    """A day of the week, in the order of ``date.weekday()``."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


WEEK: Final = tuple(Weekday)


def weekday_of(day: date) -> Weekday:
    """Which day of the week it is."""
    return WEEK[day.weekday()]


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Open on each such weekday; ``closes`` not after ``opens`` is on the day after."""

    weekday: Weekday
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """Open on one day; ``closes`` not after ``opens`` is on the day after."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date on which these hours hold in place of the weekday's; none: closed."""

    day: date
    hours: tuple[OpenSpan, ...]


def is_open(
    moment: datetime,
    zone: ZoneInfo,
    weekly: Sequence[OpeningHours],
    special: Sequence[SpecialDay],
) -> bool:
    """Whether a place in that time zone is open at the moment. Raises ``InvalidInput``."""
    if faults := list(moment_faults(("at",), moment)):
        raise InvalidInput(faults)
    today = moment.astimezone(zone).date()
    exceptions = {each.day: each.hours for each in special}
    for day in (today - _ONE_DAY, today):  # yesterday's hours may reach into today
        for each in _hours_on(day, weekly, exceptions):
            start, end = window_on(day, LocalSpan(each.opens, each.closes), zone)
            if start <= moment < end:
                return True
    return False


def shut_days(
    weekly: Sequence[OpeningHours], special: Iterable[SpecialDay], span: LocalSpan
) -> frozenset[date]:
    """The days on which special days shut a span: their hours do not even touch it.

    A Christmas Eve until 12:00 is shut for a pickup from 17:00, and open for one from 12:00: food
    is often handed over when the shop has just closed. Past midnight it is still the evening's
    hours that hold, as in ``is_open``: New Year's Day, closed, is not shut at 00:30 for a bar whose
    Eve ends at 03:00; and if the bar leaves out the Eve, it is, closed or not.
    """
    # Where the calendar ends no day is the next, and nothing is picked up.
    exceptions = {each.day: each.hours for each in special if MINYEAR < each.day.year < MAXYEAR}
    near = exceptions.keys() | {day + _ONE_DAY for day in exceptions}
    return frozenset(day for day in near if _shuts(day, weekly, exceptions, span))


def is_shut(
    window: tuple[datetime, datetime],
    zone: ZoneInfo,
    weekly: Sequence[OpeningHours],
    special: Iterable[SpecialDay],
) -> bool:
    """Whether special days shut a window, see ``shut_days``."""
    begins, ends = (each.astimezone(zone) for each in window)
    if ends - begins >= timedelta(days=1):
        return False
    day = begins.date()
    nearby = [each for each in special if each.day in {day, day - _ONE_DAY}]
    return day in shut_days(weekly, nearby, LocalSpan(begins.time(), ends.time()))


def _shuts(
    day: date,
    weekly: Sequence[OpeningHours],
    exceptions: Mapping[date, Sequence[OpenSpan]],
    span: LocalSpan,
) -> bool:
    eve = day - _ONE_DAY
    if _touch(_hours_on(day, weekly, exceptions), span):
        return False
    if _touch(_hours_on(eve, weekly, exceptions), span, since=-_DAY):
        return False
    return day in exceptions or _touch(_hours_on(eve, weekly, {}), span, since=-_DAY)


def _hours_on(
    day: date, weekly: Sequence[OpeningHours], exceptions: Mapping[date, Sequence[OpenSpan]]
) -> Sequence[OpenSpan | OpeningHours]:
    if day in exceptions:
        return exceptions[day]
    return [each for each in weekly if each.weekday is weekday_of(day)]


def _touch(hours: Iterable[OpenSpan | OpeningHours], span: LocalSpan, since: int = 0) -> bool:
    """Whether one of these hours touches the span. ``since``: minutes to the hours' midnight."""
    start, end = _from_to(span.start, span.end)
    times = (_from_to(each.opens, each.closes) for each in hours)
    return any(since + opens <= end and start <= since + closes for opens, closes in times)


def opening_faults(
    weekly: Sequence[OpeningHours], special: Sequence[SpecialDay]
) -> Iterable[Violation]:
    """Faults of a place's hours."""
    if len(weekly) > MOST_INTERVALS * len(WEEK):
        message = f"At most {MOST_INTERVALS} intervals a day."
        yield Violation(("input", "openingHours"), "TOO_MANY", message)
    else:
        yield from _overlaps(
            ("input", "openingHours"),
            [(WEEK.index(each.weekday) * _DAY, each.opens, each.closes) for each in weekly],
            around=_WEEK,
        )
    yield from _special_faults(special)


def _special_faults(special: Sequence[SpecialDay]) -> Iterable[Violation]:
    path = ("input", "specialDays")
    if len(special) > MOST_SPECIAL_DAYS:
        yield Violation(path, "TOO_MANY", f"At most {MOST_SPECIAL_DAYS} days.")
        return
    seen: set[date] = set()
    for index, each in enumerate(special):
        if each.day in seen:
            yield Violation((*path, index, "day"), "REPEATED", "Each day once.")
        seen.add(each.day)
        if len(each.hours) > MOST_INTERVALS:
            message = f"At most {MOST_INTERVALS} intervals a day."
            yield Violation((*path, index, "hours"), "TOO_MANY", message)
            continue
        spans = [(0, span.opens, span.closes) for span in each.hours]
        yield from _overlaps((*path, index, "hours"), spans)


def _overlaps(
    path: tuple[str | int, ...],
    spans: Sequence[tuple[int, time, time]],
    around: int | None = None,
) -> Iterable[Violation]:
    """A fault for each span that begins before the one before it has ended.

    ``around``: where the week begins again, so that a Sunday's night meets the Monday's morning.
    """
    if not spans:
        return
    read = sorted(
        (start + begins, start + ends, at)
        for at, (start, opens, closes) in enumerate(spans)
        for begins, ends in [_from_to(opens, closes)]
    )
    if around is not None:
        first = read[0]
        read.append((first[0] + around, first[1] + around, first[2]))
    for before, after in pairwise(read):
        if after[0] < before[1]:
            yield Violation((*path, after[2]), "OVERLAPS", "It begins before another one ends.")


def _from_to(begins: time, ends: time) -> tuple[int, int]:
    """Minutes since midnight; an end that is not after the beginning is on the day after."""
    return _minutes(begins), _minutes(ends) + (_DAY if ends <= begins else 0)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
