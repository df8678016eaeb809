"""Whoever does not read its answers: the connection ends, and what it holds with it.

An answer that its client does not take stays in memory, and so do the place of its request among
those that are taken on and its descriptor. A client that reads slowly is served: looked at is
whether the answer becomes less, counting what the kernel still holds, whose buffer empties long
before ours is asked for more.
"""

from __future__ import annotations

import asyncio
import struct
import termios
from contextlib import suppress
from fcntl import ioctl
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.deadlines import LAST_LOOK_SECONDS

LOOK_SECONDS = 30.0
"""As long as somebody in a tunnel may read nothing."""
LEAST_BYTES = 30_000
"""That a client reads between two looks: 1 KB/s."""


class UnreadAnswer:
    """Aborts ``transport`` unless what waits to be read becomes less."""

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._unread = unread_bytes(transport)
        self._timer = loop.call_later(LOOK_SECONDS, self._look)

    def cancel(self) -> None:
        """It is read, or the connection is gone."""
        self._timer.cancel()

    def _look(self) -> None:
        """See how much was read; once more before the end, for this process may have been held."""
        if self._goes_on():
            return
        self._timer = self._loop.call_later(LAST_LOOK_SECONDS, self._last_look)

    def _last_look(self) -> None:
        if not self._goes_on():
            self._transport.abort()

    def _goes_on(self) -> bool:
        unread = unread_bytes(self._transport)
        if self._unread - unread < LEAST_BYTES and self._transport.get_write_buffer_size():
            return False
        self._unread = unread
        self._timer = self._loop.call_later(LOOK_SECONDS, self._look)
        return True


def unread_bytes(transport: Any) -> int:
    """What waits in our buffer and in the kernel's, of which the client has nothing yet."""
    waiting: int = transport.get_write_buffer_size()
    sock = transport.get_extra_info("socket")
    if sock is not None:
        with suppress(OSError, ValueError):
            sent = ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4))
            waiting += int(struct.unpack("i", sent)[0])
    return waiting


class ReadingProtocol(HttpToolsProtocol):
    """A connection that looks whether its client reads what is written to it."""

    _unread: UnreadAnswer | None = None

    def pause_writing(self) -> None:
        """An answer waits for its client."""
        super().pause_writing()
        self.watch_reading()

    def resume_writing(self) -> None:
        """The client reads."""
        super().resume_writing()
        if not self.transport.is_closing():
            self.end_watching()

    def watch_reading(self) -> None:
        """Cut the client off if what is written does not become less."""
        if self._unread is None:
            self._unread = UnreadAnswer(self.transport, self.loop)

    def end_watching(self) -> None:
        """It is read, or the connection is gone."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
