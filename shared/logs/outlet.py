"""Where log lines leave: the process's stdout, which is never waited for.

A pipe that nobody reads is full after 64 KB; whoever writes on then stands still, with all requests
and probes. So pipes and terminals are opened once more, for us alone, in a way that never waits.
To ask first whether a write would wait is not enough: a terminal that is ready takes a few bytes,
and another process may fill a pipe in between. Lines that cannot leave are kept and leave with a
later one; what does not fit is left out, and told of.
"""

from __future__ import annotations

import atexit
import logging
import os
import select
import stat
import sys
import threading
from collections import deque
from contextlib import suppress
from functools import cache

import orjson

MOST_KEPT = 1_000_000
"""Bytes of lines that wait for somebody to read."""

_PIECE = select.PIPE_BUF
"""What a pipe that is ready takes without waiting, and whole (pipe(7))."""


class Outlet:
    """A file descriptor to which lines are written. Nothing that goes wrong there is raised."""

    def __init__(self, descriptor: int) -> None:
        self._is_file = _is_file(descriptor)
        self._descriptor = descriptor = _never_waiting(descriptor)
        self._readiness = select.poll()
        self._readiness.register(descriptor, select.POLLOUT)
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._lost = 0
        self._lock = threading.RLock()  # a signal handler may have something to tell meanwhile

    def write(self, data: bytes) -> int:
        """Write whole lines, or keep them until somebody reads again."""
        with self._lock:
            if self._waiting_bytes + len(data) > MOST_KEPT:
                self._lost += 1
            else:
                self._keep(data)
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Write what can leave without waiting."""
        with self._lock:
            while self._waiting and self._is_ready():
                data = self._waiting.popleft()
                written = self._written(data)
                self._waiting_bytes -= written
                if written < len(data):
                    self._waiting.appendleft(data[written:])
                    if not written:  # ready, and yet it takes nothing
                        return
                elif self._lost and not self._waiting:
                    self._keep(_left_out(self._lost))
                    self._lost = 0

    def _keep(self, data: bytes) -> None:
        self._waiting.append(data)
        self._waiting_bytes += len(data)

    def _is_ready(self) -> bool:
        """Whether a write would not wait; one that fails at once does not, either."""
        return self._is_file or bool(self._readiness.poll(0))

    def _written(self, data: bytes) -> int:
        """How much of ``data`` is done with."""
        try:
            return os.write(self._descriptor, data if self._is_file else data[:_PIECE])
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)  # closed, nobody will ever read, or the disk is full


class StandardOutput:
    """The process's own, wherever ``sys.stdout`` leads at the moment."""

    def __init__(self) -> None:
        self._outlet = Outlet(sys.__stdout__.fileno()) if sys.__stdout__ is not None else None
        atexit.register(self.flush)

    def write(self, data: bytes) -> int:
        """See ``Outlet``."""
        if sys.stdout is not sys.__stdout__:  # somebody redirects it within the process
            with suppress(OSError, ValueError):
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
        elif self._outlet is not None:
            self._outlet.write(data)
        return len(data)

    def flush(self) -> None:
        """See ``Outlet``."""
        if self._outlet is not None:
            self._outlet.flush()


@cache
def standard_output() -> StandardOutput:
    """The only one of this process: what waits is written in order."""
    return StandardOutput()


class OutletHandler(logging.Handler):
    """For the standard library's logging."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001  as logging's own handlers do
            self.handleError(record)
            return
        standard_output().write(line.encode(errors="backslashreplace") + b"\n")


def _is_file(descriptor: int) -> bool:
    """Whether it is a regular file: those are always ready, and take all at once."""
    try:
        return stat.S_ISREG(os.fstat(descriptor).st_mode)
    except OSError:
        return False


def _never_waiting(descriptor: int) -> int:
    """The same pipe or terminal, opened anew; else ``descriptor`` itself.

    To make the inherited one non-blocking would do so for all who share it, the shell among them.
    """
    try:
        kind = os.fstat(descriptor).st_mode
        if stat.S_ISFIFO(kind) or os.isatty(descriptor):
            again = f"/proc/self/fd/{descriptor}"
            return os.open(again, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:  # not Linux, another user's, or nobody reads it any more
        pass
    return descriptor


def _left_out(lines: int) -> bytes:
    told = {"event": "log lines left out", "level": "warning", "logger": __name__, "lines": lines}
    return orjson.dumps(told) + b"\n"
