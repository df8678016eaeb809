"""The heap of a process that is served by one thread at a time."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_M_ARENA_MAX = -8


def use_one_heap() -> None:
    """Let all threads take memory from one heap. To be called before there are others.

    glibc gives each thread a heap of its own, so that several may take memory at once, which
    threads of Python hardly do. What a thread gives back stays in its heap: after a large answer
    330 MB, for every thread that ever worked on one. Where there is no glibc, nothing is done.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Look for no garbage meanwhile: imports make none, and looking takes a seventh of them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
