"""Moments, windows and amounts as a language writes them (CLDR)."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location
from babel.numbers import parse_pattern

from auth_service.domain.user import Language

# English as Europe writes it: an hour of pickup is read wrong more easily with AM and PM.
LOCALES: Final = {
    Language.ENGLISH: Locale("en", "GB"),
    Language.GERMAN: Locale("de"),
    Language.FRENCH: Locale("fr"),
}

_BETWEEN_LETTER_AND_DIGIT: Final = re.compile(r"(?<=[A-Z])(?=[0-9])")
"""Where CLDR's currency spacing wants a space: "KWD 1.250", but "€2.50"."""


class Formats:
    """What a letter of one language writes moments and amounts with."""

    def __init__(self, language: Language) -> None:
        self._locale = LOCALES[language]

    def moment(self, text: str) -> str:
        """A moment in UTC: "29 November 2026, 17:00 UTC"."""
        moment = datetime.fromisoformat(text).astimezone(UTC)
        return f"{format_date(moment, 'long', self._locale)}, {self._time(moment)} UTC"

    def window(self, start: str, end: str, zone: str) -> str:
        """A pickup window in the place's local time, with the zone and its offset from UTC.

        "Sunday, 29 November 2026, 17:00 – 18:00 (Berlin, UTC+1)"; in the night in which clocks
        change each end has its own offset.
        """
        begins, ends = _local(start, zone), _local(end, zone)
        place = get_timezone_location(ZoneInfo(zone), locale=self._locale, return_city=True)
        offsets = _offset(begins), _offset(ends)
        first, last = self._time(begins), self._time(ends)
        if offsets[0] != offsets[1]:
            first, last = f"{first} ({offsets[0]})", f"{last} ({offsets[1]})"
            where = place
        else:
            where = place if place == offsets[0] else f"{place}, {offsets[0]}"
        day = format_date(begins, "full", self._locale)
        if ends.date() != begins.date():
            last = f"{format_date(ends, 'full', self._locale)}, {last}"
        return f"{day}, {first} – {last} ({where})"

    def money(self, amount: str, currency: str) -> str:
        """An amount with the decimals it is given with: "2,50 €", "¥500", "KWD 1.250"."""
        value = Decimal(amount)
        exponent = value.as_tuple().exponent
        decimals = max(0, -exponent) if isinstance(exponent, int) else 0
        # CLDR's own decimals are not those of ISO 4217 for each currency, so the amount decides.
        pattern = parse_pattern(self._locale.currency_formats["standard"].pattern)
        pattern.frac_prec = (decimals, decimals)
        written: str = pattern.apply(value, self._locale, currency=currency, currency_digits=False)
        return _BETWEEN_LETTER_AND_DIGIT.sub("\u00a0", written)

    def _time(self, moment: datetime) -> str:
        return format_time(moment, "short", tzinfo=moment.tzinfo, locale=self._locale)


def _local(text: str, zone: str) -> datetime:
    """What has no offset is the place's local time."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(ZoneInfo(zone))


def _offset(moment: datetime) -> str:
    shift = moment.utcoffset() or timedelta()
    minutes = round(shift.total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
