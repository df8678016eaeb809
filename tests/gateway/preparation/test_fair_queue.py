"""Whose turn it is."""

from __future__ import annotations

import pytest

from gateway.preparation.fair_queue import FairQueue


def taken(queue: FairQueue[str]) -> list[str]:
    found = []
    while queue:
        found.append(queue.take())
    return found


def test_clients_have_turns_however_much_one_of_them_asks() -> None:
    queue: FairQueue[str] = FairQueue()
    for number in range(5):
        queue.put("flood", 1, f"flood {number}")
    queue.put("other", 1, "other")
    assert taken(queue)[:2] == ["flood 0", "other"]


def test_of_one_client_the_oldest_and_the_smallest_alternate() -> None:
    queue: FairQueue[str] = FairQueue()
    for size in (9, 8, 7, 1, 2):
        queue.put("client", size, str(size))
    assert taken(queue) == ["9", "1", "8", "2", "7"]


def test_an_empty_queue_has_nothing_to_take() -> None:
    with pytest.raises(KeyError):
        FairQueue[str]().take()
