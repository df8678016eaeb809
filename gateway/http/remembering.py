"""Remembering what was made of headers, which clients write.

A bound on how many values are kept is none on their size: a head may have 64 KB, and thousands of
those are hundreds of megabytes. What is longer than headers are is worked out each time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

LONGEST = 512
"""Characters, or bytes, of all arguments together."""


def remembering(entries: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep what a function of texts (or None) returns, for the last so many short ones."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        known = cast("Callable[P, T]", lru_cache(maxsize=entries)(function))

        @wraps(function)
        def asked(*texts: P.args, **named: P.kwargs) -> T:
            size = 0
            for text in texts:
                if text is not None:
                    size += len(text)  # type: ignore[arg-type]  # texts are all it is for
            return function(*texts, **named) if size > LONGEST else known(*texts, **named)

        return asked

    return decorate
