"""Servers under measurement: each in a session of its own, whose CPU time is read from /proc."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_GRACE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Server:
    """A process and whatever it started. ``port`` is where it listens."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def cpu_seconds(self) -> float:
        """CPU that the whole session has used, user and system; ended children included."""
        return sum(self.cpu_by_process().values())

    def cpu_by_process(self) -> dict[int, float]:
        """CPU of each process of the session."""
        return {pid: sum(map(int, stat[11:15])) / _TICKS for pid, stat in self._stats()}

    def resident_bytes(self) -> int:
        """Memory of the whole session; what processes share counts for each."""
        return sum(int(stat[21]) for _, stat in self._stats()) * _PAGE

    def _stats(self) -> Iterator[tuple[int, list[str]]]:
        """proc_pid_stat(5) of every process of the session, from its third field on."""
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it ended meanwhile
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) == self.process.pid:
                    yield int(entry.name), fields


@contextmanager
def running(
    name: str,
    command: Sequence[str],
    log: Path,
    *,
    port: int = 0,
    cpu: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run ``command`` for the length of the block, on one processor if ``cpu`` names it."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            on_cpu(command, cpu),
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Server(name, process, port, log)
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, number)
                process.wait(_GRACE_SECONDS)


def on_cpu(command: Sequence[str], cpu: int | None) -> list[str]:
    """Prefix ``command`` so that it runs on one processor."""
    return list(command) if cpu is None else ["taskset", "--cpu-list", str(cpu), *command]


def processors(*, pinned: bool) -> tuple[int | None, int | None]:
    """Choose one processor for load and subgraphs, another for what is measured."""
    known = sorted(os.sched_getaffinity(0))
    if not pinned or len(known) < 2 or shutil.which("taskset") is None:
        return None, None
    return known[0], known[1]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(server: Server, seconds: float = 10.0) -> int:
    """Read the port that a server prints when it listens."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.process.poll() is None:
        if text := server.log.read_text().strip():
            return int(text)
        time.sleep(0.02)
    raise RuntimeError(f"{server.name} did not start: {server.log.read_text()[-2_000:]}")
