"""Progressive overrides: percent labels are drawn once per request, others are named."""

from __future__ import annotations

from gateway.http.override_labels import drawn_labels

KNOWN = frozenset({"percent(0)", "percent(100)", "percent(10)", "percent( 50.5 )", "beta", "other"})


def test_zero_never_hundred_always_others_by_name() -> None:
    for _ in range(200):
        drawn = drawn_labels(KNOWN, frozenset({"beta", "unknown"}))
        assert {"percent(100)", "beta"} <= drawn
        assert not {"percent(0)", "other", "unknown"} & drawn


def test_whoever_is_among_ten_percent_is_among_fifty() -> None:
    for _ in range(2_000):
        drawn = drawn_labels(KNOWN, frozenset())
        assert "percent(10)" not in drawn or "percent( 50.5 )" in drawn


def test_shares_are_about_right() -> None:
    hits = sum("percent(10)" in drawn_labels(KNOWN, frozenset()) for _ in range(5_000))
    assert 300 < hits < 750
