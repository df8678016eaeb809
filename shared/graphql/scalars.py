"""The scalars both subgraphs share, strict both ways; none repeats the value it refuses.

``datetime`` → DateTime (offset required, returned in UTC), ``date`` → Date (year, month and day),
``time`` → TimeOfDay (hours and minutes), ``Decimal`` → Decimal (a string, finite, at most three
places), ``uuid.UUID`` → UUID. Pass ``SCALARS`` as ``StrawberryConfig(scalar_map=...)``;
``SubgraphSchema`` does.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

DATETIME_PATTERN = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
DATE_PATTERN = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
DECIMAL_PATTERN = re.compile(r"-?\d{1,15}(\.\d{1,3})?", re.ASCII)
TIME_OF_DAY_PATTERN = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:00)?", re.ASCII)
UUID_PATTERN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE
)


def parse_datetime(value: object) -> datetime:
    """RFC 3339 with an offset; returned in UTC. Seconds may be left out, as HTML's inputs do."""
    if not isinstance(value, str):
        raise GraphQLError("DateTime must be a string.")
    # Python also reads weeks, commas, and offsets with seconds
    moment = None
    if DATETIME_PATTERN.fullmatch(value) is not None:
        with suppress(ValueError):
            moment = datetime.fromisoformat(value.upper())
    if moment is None:
        raise GraphQLError(
            "DateTime must look like 2026-11-23T18:00:00Z or 2026-11-23T19:00:00+01:00."
        )
    if moment.tzinfo is None:
        raise GraphQLError("DateTime needs an offset, for example 2026-11-23T18:00:00Z.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise GraphQLError("DateTime must be within the years 1 to 9999.") from None


def serialize_datetime(value: datetime) -> str:
    """RFC 3339 in UTC, ending in Z. A naive value is a fault of ours."""
    if value.tzinfo is None:
        raise ValueError("a DateTime without an offset")
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat()[: -len("+00:00")] + "Z"


def parse_date(value: object) -> date:
    """Year, month and day."""
    if isinstance(value, str) and DATE_PATTERN.fullmatch(value) is not None:
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise GraphQLError('Date must be year, month and day, for example "2026-11-23".')


def parse_time_of_day(value: object) -> time:
    """Hours and minutes of a day, 00:00 to 23:59, without an offset."""
    if not isinstance(value, str) or TIME_OF_DAY_PATTERN.fullmatch(value) is None:
        raise GraphQLError('TimeOfDay must be hours and minutes, for example "17:30".')
    return time.fromisoformat(value)


def serialize_time_of_day(value: time) -> str:
    """Hours and minutes."""
    return value.isoformat("minutes")


def parse_decimal(value: object) -> Decimal:
    """A finite decimal in a string, with at most three places, without trailing zeros."""
    if not isinstance(value, str):
        raise GraphQLError('Decimal must be a string, for example "12.50".')
    if DECIMAL_PATTERN.fullmatch(value) is None:
        raise GraphQLError('Decimal must be finite with at most 3 places, for example "12.50".')
    return Decimal(value).normalize() + 0  # 2.5 and 2.50 are equal in a cursor's fingerprint too


def serialize_decimal(value: Decimal) -> str:
    """All its places, never an exponent. What is not finite is a fault of ours."""
    if not value.is_finite():
        raise ValueError("a Decimal that is not finite")
    return f"{value:f}"


def parse_uuid(value: object) -> uuid.UUID:
    """The canonical form with hyphens."""
    if not isinstance(value, str) or UUID_PATTERN.fullmatch(value) is None:
        raise GraphQLError("UUID must be a string such as 0b5f1c1e-4c1d-4a6e-9f0a-2f4f8f6f2a11.")
    return uuid.UUID(value)


def _definition(
    name: str,
    description: str,
    specified_by: str | None,
    serialize: Callable[[Any], Any],
    parse_value: Callable[[Any], Any],
) -> ScalarDefinition:
    return ScalarDefinition(
        name=name,
        description=description,
        specified_by_url=specified_by,
        serialize=serialize,
        parse_value=parse_value,
        parse_literal=None,
    )


SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: _definition(
        "DateTime",
        "A moment, RFC 3339. Inputs need an offset; outputs are in UTC.",
        "https://scalars.graphql.org/andimarek/date-time",
        serialize_datetime,
        parse_datetime,
    ),
    date: _definition(
        "Date",
        'A day of the calendar, year, month and day: "2026-11-23".',
        None,
        date.isoformat,
        parse_date,
    ),
    time: _definition(
        "TimeOfDay",
        'A time of the day as a clock on the wall shows it there, hours and minutes: "17:30".',
        None,
        serialize_time_of_day,
        parse_time_of_day,
    ),
    Decimal: _definition(
        "Decimal",
        'A finite decimal number as a string both ways, exact to the last digit: "12.50".',
        None,
        serialize_decimal,
        parse_decimal,
    ),
    uuid.UUID: _definition(
        "UUID",
        "A universally unique identifier in its canonical form, RFC 9562.",
        "https://www.rfc-editor.org/rfc/rfc9562",
        str,
        parse_uuid,
    ),
}
