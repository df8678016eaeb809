"""Cursors come back as they were, and only to the list they were made for."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Integer, column
from sqlalchemy.dialects import postgresql

from shared.errors import BadUserInput
from shared.pagination.connections import connection
from shared.pagination.cursors import (
    PageRequest,
    fingerprint,
    keyset_after,
    read_cursor,
    write_cursor,
)

KEYS = st.tuples(
    st.datetimes(timezones=st.just(UTC)),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=10**9),
    st.uuids(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=50),
    st.floats(allow_nan=False, allow_infinity=False),
)
TYPES = (datetime, Decimal, UUID, str, float)


@given(KEYS)
def test_a_cursor_comes_back_as_it_was(key: Any) -> None:
    assert read_cursor(write_cursor(key, "f"), TYPES, "f") == key


@given(st.text(max_size=200))
def test_any_text_is_a_cursor_or_bad_input(text: str) -> None:
    with pytest.raises(BadUserInput) as caught:
        read_cursor(text, (datetime, UUID), "f")
    assert caught.value.violations[0].path == ("after",)


@pytest.mark.parametrize(
    "payload",
    [
        "null", "5", "{}", "[]", '["f"]', '["f", 1, 2, 3]', '["f", 1, 2]', '["f", [], {}]',
        '["f", "2026-01-01T00:00:00", "0b5f1c1e-4c1d-4a6e-9f0a-2f4f8f6f2a11"]',
        '["f", null, "0b5f1c1e-4c1d-4a6e-9f0a-2f4f8f6f2a11"]',
        '["f", "2026-01-01T00:00:00+00:00", null]',
        '["g", "2026-01-01T00:00:00+00:00", "0b5f1c1e-4c1d-4a6e-9f0a-2f4f8f6f2a11"]',
    ],
)  # fmt: skip
def test_forged_cursors(payload: str) -> None:
    from base64 import urlsafe_b64encode

    forged = urlsafe_b64encode(payload.encode()).decode()
    with pytest.raises(BadUserInput):
        read_cursor(forged, (datetime, UUID), "f")


def test_another_filter_or_order_is_another_list() -> None:
    cursor = write_cursor([1], fingerprint("newest", {"tags": ["a"]}))
    for other in (fingerprint("newest", {"tags": ["b"]}), fingerprint("oldest", {"tags": ["a"]})):
        with pytest.raises(BadUserInput):
            read_cursor(cursor, (int,), other)


@pytest.mark.parametrize("first", [-1, 101, 99_999_999])
def test_first_out_of_range(first: int) -> None:
    with pytest.raises(BadUserInput) as caught:
        PageRequest.read(first, None, types=(int,), fingerprint="f")
    assert caught.value.violations[0].path == ("first",)


def pages(size: int, total: int) -> list[list[int]]:
    found, after = [], None
    while True:
        page = PageRequest.read(size, after, types=(int,), fingerprint="f")
        start = page.after[0] if page.after else -1
        rows = [row for row in range(total) if row > start][: page.fetch]
        shown = connection(rows, page, key=lambda row: [row], node=lambda row: row)
        found.append([edge.node for edge in shown.edges])
        if not shown.page_info.has_next_page:
            return found
        after = shown.page_info.end_cursor


@given(st.integers(1, 20), st.integers(0, 60))
def test_pages_cover_the_list_once(size: int, total: int) -> None:
    assert [row for page in pages(size, total) for row in page] == list(range(total))


@pytest.mark.parametrize("rows", [[], [1]])
def test_first_zero_is_an_empty_page_that_tells_whether_more_follow(rows: list[int]) -> None:
    page = PageRequest.read(0, None, types=(int,), fingerprint="f")
    assert page.fetch == 1
    shown = connection(rows, page, key=lambda row: [row], node=lambda row: row)
    assert shown.edges == []
    assert shown.page_info.has_next_page == bool(rows)
    assert shown.page_info.end_cursor is None


@pytest.mark.parametrize(
    ("descending", "expected"),
    [
        (None, "(a, b) > (1, 2)"),
        ([True, True], "(a, b) < (1, 2)"),
        ([True, False], "a < 1 OR a = 1 AND b > 2"),
    ],
)
def test_the_condition_is_lexicographic(descending: list[bool] | None, expected: str) -> None:
    columns = [column("a", Integer), column("b", Integer)]
    compiled = keyset_after(columns, (1, 2), descending).compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    assert str(compiled) == expected
