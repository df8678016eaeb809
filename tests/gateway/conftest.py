"""What tests of any part of the gateway may ask for."""

from __future__ import annotations

import pytest

from gateway.execution import executor
from shared.loop.until import Until


@pytest.fixture
def deadlines(monkeypatch: pytest.MonkeyPatch) -> list[Until]:
    """The deadlines of all executions of the test, in order: ``expire`` lets one pass.

    At a certain point of an execution, that is, wherever the machine is by a clock.
    """
    noted: list[Until] = []

    class Noted(Until):
        __slots__ = ()

        def __init__(self, when: float) -> None:
            super().__init__(when)
            noted.append(self)

    monkeypatch.setattr(executor, "Until", Noted)
    return noted
