"""Remembering what was made of headers, which clients write.

A bound on how many values are kept is none on their size: a head may have 64 KB, and thousands of
those are hundreds of megabytes. What is longer than headers are is worked out each time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

First = TypeVar("First", str | None, bytes | None)
Second = TypeVar("Second", str | None, bytes | None)
T = TypeVar("T")

LONGEST = 512
"""Characters, or bytes, of an argument."""


def remembering(entries: int) -> Callable[[Callable[[First], T]], Callable[[First], T]]:
    """Keep what a function of a text (or None) returns, for the last so many short ones."""

    def decorate(function: Callable[[First], T]) -> Callable[[First], T]:
        known = lru_cache(maxsize=entries)(function)

        @wraps(function)
        def asked(text: First) -> T:
            if text is not None and len(text) > LONGEST:
                return function(text)
            return known(text)

        return asked

    return decorate


def remembering_both(
    entries: int,
) -> Callable[[Callable[[First, Second], T]], Callable[[First, Second], T]]:
    """The same for a function of two texts. Both run for each request, so neither loops."""

    def decorate(function: Callable[[First, Second], T]) -> Callable[[First, Second], T]:
        known = lru_cache(maxsize=entries)(function)

        @wraps(function)
        def asked(first: First, second: Second) -> T:
            if (first is not None and len(first) > LONGEST) or (
                second is not None and len(second) > LONGEST
            ):
                return function(first, second)
            return known(first, second)

        return asked

    return decorate
