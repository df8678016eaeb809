"""The breaker by itself: it decides from what it is told and the time it is given."""

from __future__ import annotations

from gateway.subgraphs.breaker import Breaker, BreakerState


def opened(failures: int = 3) -> Breaker:
    breaker = Breaker(failures)
    for _ in range(failures):
        assert breaker.admits(0.0)
        breaker.failed(0.0)
    return breaker


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(3)
    for _ in range(5):
        breaker.failed(0.0)
        breaker.failed(0.0)
        breaker.succeeded()
    assert breaker.state is BreakerState.CLOSED
    assert opened().state is BreakerState.OPEN


def test_one_probe_at_a_time_after_the_cooldown() -> None:
    breaker = opened()
    assert not breaker.admits(0.4)
    assert breaker.admits(0.6)
    assert breaker.state is BreakerState.HALF_OPEN
    assert not breaker.admits(0.6)
    breaker.succeeded()
    assert breaker.admits(0.6)
    assert breaker.state.value == "closed"


def test_failed_probes_wait_longer_up_to_a_bound() -> None:
    breaker = opened()
    now = 0.0
    waits = []
    for _ in range(6):
        start = now
        while not breaker.admits(now):
            now += 0.01
        waits.append(round(now - start, 1))
        breaker.failed(now)
    assert waits == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_a_cancelled_probe_makes_room_and_counts_for_nothing() -> None:
    breaker = opened()
    assert breaker.admits(1.0)
    breaker.abandoned()
    assert breaker.admits(1.0)
    closed = Breaker(1)
    assert closed.admits(0.0)
    closed.abandoned()
    assert closed.state is BreakerState.CLOSED


def test_failures_of_requests_already_under_way_do_not_lengthen_the_cooldown() -> None:
    breaker = opened()
    for _ in range(50):
        breaker.failed(0.3)
    assert breaker.admits(0.6)
