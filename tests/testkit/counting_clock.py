"""The clock by which a process counts attempts, in a test's hands.

A window that ends in the midst of a test lets one more through, and a lock of three seconds is
over before a busy machine has looked at it.
"""

from __future__ import annotations

import pytest

from shared.limits.local_counts import LocalCounts


class Hands:
    """Stands still unless a test moves it: ``clock.now += seconds``."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def counting_clock(monkeypatch: pytest.MonkeyPatch) -> Hands:
    """Of all that is counted in this process by what starts during the test."""
    hands, make = Hands(), LocalCounts.__init__
    monkeypatch.setattr(LocalCounts, "__init__", lambda self, _clock: make(self, hands))
    return hands
