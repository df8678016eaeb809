"""Whoever does not read its answers: the connection ends, and what it holds with it.

An answer that its client does not take stays in memory, and so do the place of its request among
those that are taken on and its descriptor. A client that reads slowly is served: looked at is
whether the answer becomes less, counting what the kernel still holds, whose buffer empties long
before ours is asked for more.

Answers that wait for their clients hold so much memory together: past it those are cut off of which
nothing was read for a moment.
"""

from __future__ import annotations

import asyncio
import struct
import termios
from contextlib import suppress
from fcntl import ioctl
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.loop.deadlines import LAST_LOOK_SECONDS

LOOK_SECONDS = 30.0
"""As long as somebody in a tunnel may read nothing."""
LEAST_BYTES = 30_000
"""That a client reads between two looks: 1 KB/s."""
MOST_BYTES = 128_000_000
"""Of answers that wait for their clients, together; behind each the next one may be waiting."""
MOMENT_SECONDS = 2.0
"""In which a client reads something, where there is no more room."""
_PAUSE_SECONDS = 0.25
"""Between two looks at all of them."""


class UnreadAnswer:
    """Aborts ``transport`` unless what waits to be read becomes less."""

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._unread = self._least = unread_bytes(transport)
        self._read_at = loop.time()
        self.size = self._unread
        self._timer = loop.call_later(LOOK_SECONDS, self._look)
        unread_answers.add(self, loop)

    def cancel(self) -> None:
        """It is read, or the connection is gone."""
        self._timer.cancel()
        unread_answers.remove(self)

    def measured(self) -> int:
        """How much of it is unread now."""
        self.size = unread_bytes(self._transport)
        return self.size

    def is_left_alone(self, now: float) -> bool:
        """Whether nothing was read of it for a moment, by what was measured last."""
        if self.size < self._least:
            self._least, self._read_at = self.size, now
        return now - self._read_at >= MOMENT_SECONDS

    def cut_off(self) -> None:
        """There is no room for it any more."""
        self.cancel()
        self._transport.abort()

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


class UnreadAnswers:
    """All of a process."""

    def __init__(self) -> None:
        self._answers: dict[UnreadAnswer, None] = {}
        self._bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def add(self, answer: UnreadAnswer, loop: asyncio.AbstractEventLoop) -> None:
        """One more waits for its client."""
        self._answers[answer] = None
        self._bytes += answer.size
        if self._bytes > MOST_BYTES and (self._timer is None or self._loop is not loop):
            self._make_room(loop)

    def remove(self, answer: UnreadAnswer) -> None:
        """It does not wait any more."""
        if answer in self._answers:
            del self._answers[answer]
            self._bytes -= answer.size

    def _make_room(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cut off those of which nothing is read, as far as needed; look again if it must be."""
        self._timer, self._loop = None, loop
        self._bytes = sum([answer.measured() for answer in self._answers])
        now = loop.time()
        # All are looked at, so that of each it is known when something was read.
        left_alone = [answer for answer in self._answers if answer.is_left_alone(now)]
        for answer in left_alone:
            if self._bytes > MOST_BYTES:
                answer.cut_off()
        if self._bytes > MOST_BYTES:
            self._timer = loop.call_later(_PAUSE_SECONDS, self._make_room, loop)


unread_answers = UnreadAnswers()
"""Those of the process, as memory is."""


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
