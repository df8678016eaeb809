"""Processes that stand still for a while, as under a debugger or on a machine that swaps."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """A process and all below it do nothing until the block ends."""
    stopped: list[int] = []
    try:
        waiting = [pid]
        while waiting:
            stopped.append(waiting.pop())
            stop(stopped[-1])  # from now on it starts no more
            waiting += _children(stopped[-1])
        yield
    finally:
        for each in reversed(stopped):
            _tell(each, signal.SIGCONT)


def stop(pid: int) -> None:
    """Return when it stands still: it may do something yet after it was told."""
    _tell(pid, signal.SIGSTOP)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:  # it has ended by itself
            return
        if state in "TtZX":
            return
        time.sleep(0.001)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it has ended by itself
            found += [int(child) for child in children.read_text().split()]
    return found


def _tell(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
