"""From a clock on a wall to moments, also in the nights when clocks change.

A time that a zone skips, or has twice, is read as PEP 495 reads it with ``fold=0``: skipped times
count on from before the gap (02:30 is then 03:30 on the new clock), and of two equal ones the first
is meant. Should a window's end come before its start that way, it lasts as long as the clock says:

    Berlin, 29 March 2026, 02:30 to 03:00     03:30 to 04:00 on the new clock: half an hour
    Berlin, 25 October 2026, 02:30 to 03:30   two hours: 02:30 comes twice, the first one counts
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class LocalSpan:
    """From one time of the day to another; an end not after the start is on the day after."""

    start: time
    end: time


def window_on(day: date, span: LocalSpan, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments, in UTC, at which the span of that day begins and ends; never empty."""
    wall_start = datetime.combine(day, span.start)
    wall_end = datetime.combine(day, span.end)
    if wall_end <= wall_start:
        wall_end += timedelta(days=1)
    start = wall_start.replace(tzinfo=zone).astimezone(UTC)
    end = wall_end.replace(tzinfo=zone).astimezone(UTC)
    if end <= start:
        end = start + (wall_end - wall_start)
    return start, end
