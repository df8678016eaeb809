"""A server for the length of a ``with`` block, in a process group of its own."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

Process = subprocess.Popen[bytes]


class NotStarted(Exception):
    """A server ended or never became ready; the message holds what it printed."""


@contextmanager
def running(command: Sequence[str], folder: Path, output: Path) -> Iterator[Process]:
    """Run ``command`` in ``folder``; what it prints goes to the file ``output``."""
    with output.open("wb") as sink:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "NODE_ENV": "production"},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: Process) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(10)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()
