"""What is written in one turn of the loop goes out together, one right after the other.

A write wakes whoever reads the socket. When the next one comes only after another request's work,
the reader sleeps again and has to be woken again, and what the kernel needs for a write is no
longer in the processor's caches. Where few calls of subgraphs are under way (``FEW``) and nothing
waits, bytes go at once: they would have no company, and a turn of the loop costs, too.

    turn 1    a asks a subgraph · b asks one · c is answered      nothing is written yet
    turn 2    a's, b's and c's bytes go out · what has come meanwhile is looked at
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakKeyDictionary

import structlog

log = structlog.get_logger(__name__)

FEW = 3


class JointWrites:
    """That of one loop. ``under_way``: calls of subgraphs that wait for their reply."""

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []
        self.under_way = 0

    def send(self, write: Callable[[], None]) -> None:
        """Call ``write`` now, or first thing in the loop's next turn."""
        if self._waiting:
            self._waiting.append(write)
        elif self.under_way > FEW:
            self._waiting.append(write)
            asyncio.get_running_loop().call_soon(self._write_all)
        else:
            write()

    def _write_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        for write in waiting:
            try:
                write()
            except Exception:  # of one connection: the others' bytes go out all the same
                log.exception("a write failed")


_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, JointWrites] = WeakKeyDictionary()


def joint_writes_of(loop: asyncio.AbstractEventLoop) -> JointWrites:
    """Return the one of ``loop``, which all its connections share."""
    return _of_loop.setdefault(loop, JointWrites())
