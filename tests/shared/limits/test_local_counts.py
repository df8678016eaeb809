"""Counting attempts in one process, by a clock that the test moves."""

from __future__ import annotations

import random

import pytest

from shared.errors import RateLimited
from shared.limits.local_counts import LocalCounts
from tests.testkit.counting_clock import Hands


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def counts(clock: Hands) -> LocalCounts:
    return LocalCounts(clock)


def waits(counts: LocalCounts, key: str = "a", amount: int = 3, times: int = 1) -> int:
    """Seconds to wait, as a refusal says; 0 where it was allowed and counted."""
    try:
        counts.take(key, amount, 60, times)
    except RateLimited as error:
        return error.retry_after
    return 0


def test_what_was_counted_fades_over_the_next_window(counts: LocalCounts, clock: Hands) -> None:
    clock.now = 1_020.0  # a window begins
    assert [waits(counts) for _ in range(4)][:3] == [0, 0, 0]
    clock.now = 1_080.0
    assert waits(counts) > 0
    clock.now = 1_081.0  # of the first of them a bit is gone
    assert [waits(counts) > 0 for _ in range(2)] == [False, True]
    clock.now = 1_200.0
    assert [waits(counts) > 0 for _ in range(4)] == [False] * 3 + [True]


def test_whoever_waits_as_told_is_let_in_and_not_long_before(
    counts: LocalCounts, clock: Hands
) -> None:
    chance = random.Random(5)
    refused = 0
    for _ in range(3_000):
        times = chance.randrange(1, 4)
        told = waits(counts, amount=7, times=times)
        if told:
            refused += 1
            clock.now += max(0.0, told - 1.001)
            assert waits(counts, amount=7, times=times) > 0
            clock.now += min(told, 1.001)
            assert waits(counts, amount=7, times=times) == 0
        clock.now += chance.random() * 9
    assert refused > 300


def test_more_at_once_than_ever_fit_are_refused_and_count_nothing(counts: LocalCounts) -> None:
    assert waits(counts, times=4) == 60
    assert waits(counts, times=3) == 0


def test_a_note_holds_for_its_time_however_often_it_is_made(
    counts: LocalCounts, clock: Hands
) -> None:
    counts.remember("a", 30)
    clock.now += 29.5
    counts.remember("a", 30)
    assert counts.remembered_for("a") == 1
    clock.now += 0.5
    assert counts.remembered_for("a") == 0
    counts.remember("a", 30)
    assert counts.remembered_for("a") == 30


def test_a_note_that_is_made_anew_holds_on_and_takes_no_more_room(
    counts: LocalCounts, clock: Hands
) -> None:
    for number in range(5_000):
        counts.remember("home", 60, anew=True)
        counts.remember(f"note {number}", 60)
        assert counts.remembered_for("home") == 60
        clock.now += 1
    assert len(counts._ends) < 500
    clock.now += 60
    for number in range(100):
        counts.remember(f"other {number}", 60)
    assert "home" not in counts._notes


def test_what_is_over_is_forgotten(counts: LocalCounts, clock: Hands) -> None:
    for number in range(5_000):
        waits(counts, f"key {number}")
        counts.remember(f"note {number}", 60)
        counts.clear(f"key {number}")
        clock.now += 1
    assert len(counts._windows) + len(counts._notes) < 500
    assert len(counts._ends) < 500
