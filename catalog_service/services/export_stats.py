"""Figures as a CSV file (RFC 4180), a page of rows at a time: no file is ever whole in memory."""

import csv
import io
import re
from collections.abc import AsyncIterator, Iterable
from typing import Any, Final

from catalog_service.core.export_links import StatsExport
from catalog_service.domain.activity import Period
from catalog_service.domain.actors import Actor, Role
from catalog_service.domain.money import scaled
from catalog_service.repository.exporting import read_rows
from shared.database import Database

ROWS_AT_ONCE: Final = 1000
COUNTS: Final = ("views", "reservations", "cancellations", "pickups", "no_shows", "counter_sales")
HEADER: Final = (
    *("day", "place", "offer", "title"),
    *("views", "reservations", "cancellations", "pickups", "noShows", "soldAtCounter"),
    *("revenue", "saved", "currency"),
)
_FORMULA: Final = re.compile("""((?:^|;)[\\s"]*)(?=[-=+@\uff1d\uff0b\uff0d\uff20])""")
"""Where a cell begins, and what begins a formula: the last four are wide ones, which spreadsheets
of East Asia read the same. Set to German or French, a spreadsheet ends a cell at a semicolon."""


async def export_stats(database: Database, export: StatsExport) -> AsyncIterator[bytes]:
    """The file's parts. Who works at a place no longer, or was signed out, gets no rows of it,
    and who may not see what it takes any more no amounts."""
    yield _lines([HEADER])
    role = Role.ADMIN if export.is_admin else Role.PARTNER
    actor = Actor(export.user_id, role, token_version=export.token_version)
    period = Period(export.first, export.last)
    after = None
    while True:
        async with database.read() as connection:
            rows = await read_rows(connection, export.place_ids, period, actor, after, ROWS_AT_ONCE)
        yield _lines(_cells(row) for row in rows)
        if len(rows) < ROWS_AT_ONCE:
            return
        after = (rows[-1].day, rows[-1].offer_id)


def _cells(row: Any) -> list[str]:
    amounts = (row.revenue, row.saved)
    money = [str(scaled(each, row.currency)) if row.sees_money else "" for each in amounts]
    return [
        row.day.isoformat(),
        _plain(row.name),
        str(row.offer_id),
        _plain(row.title),
        *(str(getattr(row, name)) for name in COUNTS),
        *money,
        row.currency,
    ]


def _plain(text: str) -> str:
    """Text that a spreadsheet does not take for a formula, whatever separates its cells."""
    return _FORMULA.sub(r"\1'", text)


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
