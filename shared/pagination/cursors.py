"""Keyset cursors: where a page of an ordered list begins, opaque to clients.

A cursor holds the order key of the last node seen and a fingerprint of filter and order, so that a
cursor of one list is refused by another. It is not secret and not signed: it can only name a place
in a list that its bearer may read anyway.

::

    page = PageRequest.read(
        first, after, types=(datetime, UUID), fingerprint=fingerprint("newest", filter)
    )
    rows = await offers.find(connection, after=page.after, limit=page.fetch)
    where: keyset_after((table.c.pickup_start, table.c.id), page.after)
"""

import binascii
import hashlib
from base64 import urlsafe_b64decode
from binascii import b2a_base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, and_, literal, or_, tuple_

from shared.errors import BadUserInput

DEFAULT_FIRST = 20
MAX_FIRST = 100
MAX_CURSOR_CHARACTERS = 1_000

_URL_SAFE = bytes.maketrans(b"+/", b"-_")

KeyValue = datetime | Decimal | UUID | int | float | str | bool


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("another list's cursor")


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("naive")
    return moment


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


READERS: dict[type, Callable[[Any], Any]] = {
    datetime: lambda text: _aware(datetime.fromisoformat(text)),
    Decimal: Decimal,
    UUID: UUID,
    int: int,
    float: float,
    str: _text,
}


def fingerprint(order: str, *filters: object) -> str:
    """A short hash of the order's name and the filters (dataclasses are fine: ``repr`` counts)."""
    return hashlib.sha256(repr((order, filters)).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A checked page request. ``after``: the order key to start behind, None at the beginning."""

    first: int
    after: tuple[Any, ...] | None
    fingerprint: str

    @property
    def fetch(self) -> int:
        """How many rows to load: one more than the page, to see whether more follow."""
        return self.first + 1

    @classmethod
    def read(
        cls, first: int | None, after: str | None, *, types: Sequence[type], fingerprint: str
    ) -> "PageRequest":
        """The page that ``first`` and ``after`` ask for. ``types``: of the order key's values.

        Raises ``BadUserInput`` for a ``first`` outside 0..100 and for any cursor not made for this
        very list.
        """
        count = DEFAULT_FIRST if first is None else first
        if not 0 <= count <= MAX_FIRST:
            message = f"first must be between 0 and {MAX_FIRST}."
            raise BadUserInput.single("first", "OUT_OF_RANGE", message)
        key = None if after is None else read_cursor(after, types, fingerprint)
        return cls(count, key, fingerprint)


def write_cursor(key: Sequence[KeyValue], fingerprint: str) -> str:
    """The cursor of a node whose order key is ``key``."""
    text = orjson.dumps([fingerprint, *key], default=str)  # asyncpg's UUID, Decimal
    return b2a_base64(text, newline=False).translate(_URL_SAFE, b"=").decode()


def read_cursor(text: str, types: Sequence[type], fingerprint: str) -> tuple[Any, ...]:
    """The order key in ``text``. Raises ``BadUserInput``."""
    try:
        _require(len(text) <= MAX_CURSOR_CHARACTERS)
        payload = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        found, *values = payload
        _require(found == fingerprint)
        return tuple(READERS[type_](value) for type_, value in zip(types, values, strict=True))
    except (binascii.Error, ValueError, TypeError, OverflowError, InvalidOperation, AttributeError):
        message = "This cursor does not belong to this list."
        raise BadUserInput.single("after", "INVALID_CURSOR", message) from None


def keyset_after(
    columns: Sequence[ColumnElement[Any]],
    after: tuple[Any, ...],
    descending: Sequence[bool] | None = None,
) -> ColumnElement[bool]:
    """The SQL condition "comes after ``after``" in an order by ``columns``.

    ``descending``: per column; default all ascending. Columns must not be null; the last one must
    be unique. In one direction it is a row comparison, which an index answers from its start; in
    mixed ones ``a > x OR (a = x AND b < y)``.
    """
    directions = list(descending or [False] * len(columns))
    if len(set(directions)) == 1:
        row, bound = tuple_(*columns), tuple_(*map(_bound, columns, after))
        return row < bound if directions[0] else row > bound
    *leading, last = zip(columns, after, directions, strict=True)
    condition = _beyond(*last)
    for column, value, down in reversed(leading):
        condition = or_(_beyond(column, value, down), and_(column == value, condition))
    return condition


def _bound(column: ColumnElement[Any], value: object) -> ColumnElement[Any]:
    return literal(value, column.type)


def _beyond(column: ColumnElement[Any], value: object, down: bool) -> ColumnElement[bool]:
    return column < value if down else column > value
