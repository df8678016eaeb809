"""Notices that the terminal of a run has closed, where nobody passes the signal on."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import stat

_EVERY_SECONDS = 0.5


async def hung_up() -> None:
    """Return once the terminal is closed that our parent leads the session of; else never.

    The kernel sends SIGHUP to the leader alone. A shell passes it on; make, which leads where no
    shell started it (`ssh -t host make run`, a window of its own), waits for us instead.
    """
    terminal = _terminal()
    if terminal is None:
        await asyncio.Event().wait()
        return
    try:
        while not _is_closed(terminal):  # noqa: ASYNC110 -- nothing wakes us
            await asyncio.sleep(_EVERY_SECONDS)
    finally:
        os.close(terminal)


def _terminal() -> int | None:
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    if ignored or os.getsid(0) != os.getppid():
        return None
    try:
        return os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:  # there is none, or it closed before we looked: then what we have of it tells
        return next((os.dup(ours) for ours in (0, 1, 2) if _is_closed_terminal(ours)), None)


def _is_closed_terminal(ours: int) -> bool:
    """Whether it was a terminal: of one that closed it cannot be asked."""
    try:
        return stat.S_ISCHR(os.fstat(ours).st_mode) and _is_closed(ours)
    except OSError:
        return False


def _is_closed(terminal: int) -> bool:
    poll = select.poll()
    poll.register(terminal, 0)
    return bool(poll.poll(0))
