"""Pickup windows and pickup codes."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from catalog_service.domain.errors import InvalidInput, Violation
from catalog_service.domain.text import text_faults

LONGEST_WINDOW: Final = timedelta(hours=48)
GRACE: Final = timedelta(minutes=60)
"""How long after its window a reservation can still be handed over before it expires."""

CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTWXYZ"
"""Digits and capitals without look-alikes: no 0 or O, 1, I or L, U or V."""
CODE_LENGTH: Final = 6
LONGEST_TYPED_CODE: Final = 32

_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""Far enough from both ends of Python's calendar, which no other time zone may reach past."""


@dataclass(frozen=True, slots=True)
class PickupWindow:
    """When the food can be fetched: instants, so a night when clocks change needs no rule."""

    start: datetime
    end: datetime

    def contains(self, other: "PickupWindow") -> bool:
        """Whether the other window lies within this one."""
        return self.start <= other.start and other.end <= self.end


def window_faults(window: PickupWindow, *path: str) -> Iterable[Violation]:
    """Faults of a window, whatever the present time is."""
    begins = "pickupStart"
    start, end = (*path, begins), (*path, "pickupEnd")
    outside = [*moment_faults(start, window.start), *moment_faults(end, window.end)]
    if outside:
        yield from outside
    elif window.end <= window.start:
        yield Violation(end, "NOT_AFTER_START", "The pickup window ends before it starts.", begins)
    elif window.end - window.start > LONGEST_WINDOW:
        yield Violation(end, "TOO_LONG", "A pickup window lasts at most 48 hours.", begins)


def moment_faults(path: tuple[str, ...], moment: datetime) -> Iterable[Violation]:
    """The fault of a moment that no place has hours or windows at."""
    if not _EARLIEST <= moment < _LATEST:
        yield Violation(path, "OUT_OF_RANGE", "Between the years 2000 and 2100.")


def new_pickup_code() -> str:
    """A code to show at the counter; unguessable, though guesses are limited as well."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def check_typed_code(typed: str) -> None:
    """Raise ``InvalidInput`` for what is no typed code at all: control characters, or a novel."""
    faults = list(text_faults(("pickupCode",), typed, LONGEST_TYPED_CODE))
    if faults:
        raise InvalidInput(faults)


def normal_pickup_code(typed: str) -> str | None:
    """The code as stored, from what somebody typed; None when it cannot be one."""
    code = "".join(char for char in typed.upper() if char not in " -")
    if len(code) == CODE_LENGTH and all(char in CODE_ALPHABET for char in code):
        return code
    return None
