"""Long work in pieces, so that others who wait for the event loop have a turn between them.

Work is a generator that yields where it may be interrupted, and returns its result.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from contextlib import closing
from typing import TypeVar

T = TypeVar("T")
Pieces = Generator[None, None, T]

PIECE_SECONDS = 0.001
"""How long the loop is held at a time; a known request is answered in less."""


def at_once(work: Pieces[T]) -> T:
    """Do all of ``work``."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result


async def in_turns(work: Pieces[T]) -> T:
    """Do ``work`` a little at a time: what became ready meanwhile goes first."""
    with closing(work):
        while True:
            until = time.perf_counter() + PIECE_SECONDS
            while time.perf_counter() < until:
                try:
                    next(work)
                except StopIteration as end:
                    result: T = end.value
                    return result
            await asyncio.sleep(0)
