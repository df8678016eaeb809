"""What is released is empty, however it is nested."""

from __future__ import annotations

from typing import Any

from gateway.request.releasing import release


def test_all_that_is_long_is_emptied() -> None:
    inner: list[Any] = [{"a": n} for n in range(5_000)]
    deep: list[Any] = [[inner]]
    outer: list[Any] = [{"id": n, "inner": [n] * 200} for n in range(3_000)]
    kept = outer[7]["inner"]
    data: dict[str, Any] = {"outer": outer, "deep": {"er": deep}, "leaf": 1}
    release(data)
    assert (data, outer, deep, inner, kept) == ({}, [], [], [], [])


def test_what_stands_in_two_places_is_released_once() -> None:
    shared = [{"a": 1}] * 3
    data = {"a": shared, "b": [shared, shared]}
    release(data)
    assert not data
    assert not shared
