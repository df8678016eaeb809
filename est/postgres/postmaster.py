"""Reads `postmaster.pid`, and ends a server that an earlier, killed run left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

_PORT_LINE = 3
_STATUS_LINE = 7
_PATIENCE = (signal.SIGINT, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
_SECONDS_EACH = 10.0


def is_ready(data: Path, pid: int) -> bool:
    """Tell whether the server with this pid takes connections.

    The file may be an earlier server's: it is believed only if its first line is the child's pid.
    """
    lines = _lines(data)
    return (
        len(lines) > _STATUS_LINE
        and lines[0].strip() == str(pid)
        and lines[_STATUS_LINE].strip() == "ready"
    )


def find_ready(data: Path) -> tuple[int, int] | None:
    """Return pid and port of the server that runs on `data` and takes connections."""
    lines = _lines(data)
    if len(lines) <= _STATUS_LINE or lines[_STATUS_LINE].strip() != "ready":
        return None
    pid, port = int(lines[0]), int(lines[_PORT_LINE])
    return (pid, port) if serves(pid, data) else None


def end_leftover(data: Path) -> int | None:
    """End the server that still runs on `data`, and return the pid that its file names.

    A killed parent's server is usually shutting down by itself already. The pid may by now belong
    to some other process, which is left alone; PostgreSQL is then told so by PG_GRANDPARENT_PID.
    The file is not removed: its other lines let PostgreSQL notice orphaned backends that still hold
    the shared memory.
    """
    lines = _lines(data)
    if not lines or not lines[0].strip().lstrip("-").isdigit():
        return None
    pid = abs(int(lines[0]))
    for number in _PATIENCE:
        if not serves(pid, data):
            break
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        _wait_until_gone(pid, data)
    return pid


def _lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _wait_until_gone(pid: int, data: Path) -> None:
    deadline = time.monotonic() + _SECONDS_EACH
    while serves(pid, data) and time.monotonic() < deadline:
        time.sleep(0.02)


def serves(pid: int, data: Path) -> bool:
    """Tell whether this pid is a server on this very folder: its working directory."""
    if sys.platform != "linux":
        return _named_by_ps(pid, data)
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve()
    except OSError:
        return False


def _named_by_ps(pid: int, data: Path) -> bool:
    listing = subprocess.run(  # noqa: S603
        ["ps", "-p", str(pid), "-o", "command="],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return "postgres" in listing.stdout and str(data) in listing.stdout
