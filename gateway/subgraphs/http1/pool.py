"""Connections kept for the next call.

How many are busy at once is not decided here but by the guard's slots: a connection is taken only
with a slot in hand, so there are never more than there are slots.
"""

from __future__ import annotations

import asyncio

from gateway.subgraphs.http1.connection import Connection

IDLE_SECONDS = 4.0
"""Below the usual 5 s of servers: mostly we close first, and no request meets a closed socket."""


class Pool:
    """Idle connections, the last used first: in quiet times the others grow old and close."""

    def __init__(self, max_idle: int) -> None:
        self._max_idle = max_idle
        self._idle: list[Connection] = []
        self._sweep: asyncio.TimerHandle | None = None
        self._is_closed = False

    def take(self, now: float) -> Connection | None:
        """Return a connection that nothing speaks against, or None: open one then."""
        while self._idle:
            connection = self._idle.pop()
            if now - connection.idle_since < IDLE_SECONDS and connection.is_untouched:
                return connection
            connection.close()
        return None

    def put_back(self, connection: Connection, now: float) -> None:
        """Keep a connection whose exchange is over, if it can be kept."""
        if not connection.is_open:
            return
        if self._is_closed or len(self._idle) >= self._max_idle:
            connection.close()
            return
        connection.idle_since = now
        self._idle.append(connection)
        if self._sweep is None:
            self._sweep_later(now + IDLE_SECONDS)

    def drop_idle(self) -> None:
        """Close what is idle: one stale connection says that the others are too."""
        for connection in self._idle:
            connection.close()
        self._idle.clear()

    def close(self) -> None:
        """Close what is idle; what is busy closes when it is put back."""
        self._is_closed = True
        self.drop_idle()
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None

    def _sweep_later(self, when: float) -> None:
        self._sweep = asyncio.get_running_loop().call_at(when, self._close_old)

    def _close_old(self) -> None:
        self._sweep = None
        now = asyncio.get_running_loop().time()
        kept: list[Connection] = []
        for connection in self._idle:
            if connection.is_open and now - connection.idle_since < IDLE_SECONDS:
                kept.append(connection)
            else:
                connection.close()
        self._idle = kept
        if kept:
            # Put back in the order of time: the first is the oldest.
            self._sweep_later(kept[0].idle_since + IDLE_SECONDS)
