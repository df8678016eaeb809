"""Several processes on one port: the kernel spreads connections evenly over their sockets.

The parent only watches: it starts each worker as ``python -m gateway`` with the same arguments and
``REUSE_PORT``, starts a dead one again, and passes signals on. A worker dies with its parent. Their
metrics meet in a folder, so that whichever worker answers /metrics tells of all.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from tempfile import TemporaryDirectory
from types import FrameType

import structlog
from prometheus_client.multiprocess import mark_process_dead

from gateway.config.settings import GatewaySettings
from shared.http.server import bind
from shared.process.signals import ending_signals

log = structlog.get_logger(__name__)

CANNOT_START = 2
_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.1
_RESTART_SECONDS = 1.0


class Workers:
    """The processes, and whether they are to stop."""

    def __init__(self, arguments: Sequence[str], count: int, metrics_folder: str) -> None:
        self.command = [sys.executable, "-m", "gateway", *arguments]
        self.metrics_folder = metrics_folder
        self.environment = {
            **os.environ,
            "WORKERS": "1",
            "REUSE_PORT": "true",
            "PROMETHEUS_MULTIPROC_DIR": metrics_folder,
        }
        self.processes: list[subprocess.Popen[bytes]] = [self.start() for _ in range(count)]
        self.is_stopping = False

    def start(self) -> subprocess.Popen[bytes]:
        """Start one worker."""
        return subprocess.Popen(self.command, env=self.environment)  # noqa: S603  our own command

    def stop(self, sig: int, _frame: FrameType | None = None) -> None:
        """Pass a signal on: workers drain as a single process would."""
        self.is_stopping = True
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(sig)

    def watch(self) -> int:
        """Keep them running until a signal; return the exit status."""
        while not self.is_stopping:
            time.sleep(_POLL_SECONDS)
            for number, process in enumerate(self.processes):
                status = process.poll()
                if status == CANNOT_START:
                    self.stop(signal.SIGTERM)
                    return self.wait() or CANNOT_START
                if status is not None and not self.is_stopping:
                    self._replace(number, status)
        return self.wait()

    def _replace(self, number: int, status: int) -> None:
        """Start a dead one again, a moment later; unless the signal to stop comes meanwhile."""
        log.error("worker died", status=status)
        forget_gauges(self.processes[number].pid, self.metrics_folder)
        time.sleep(_RESTART_SECONDS)
        try:
            self.processes[number] = self.start()
        except OSError as error:  # no memory, no more processes: tried again, the others serve
            log.error("worker not started", error=type(error).__name__)  # noqa: TRY400
            return
        if self.is_stopping:  # it came before this one could be told
            self.processes[number].terminate()

    def wait(self) -> int:
        """Wait for all to end; return the worst status that is not the signal's own."""
        ended = [process.wait() for process in self.processes]
        return max((status for status in ended if status > 0), default=0)


def supervise(arguments: Sequence[str], settings: GatewaySettings) -> int:
    """Run WORKERS processes; return the exit status. Raises ServiceUnreachable naming PORT."""
    bind(settings.host, settings.port).close()
    with TemporaryDirectory(prefix="gateway-metrics-") as metrics_folder:
        workers = Workers(arguments, settings.workers, metrics_folder)
        for sig in ending_signals():
            signal.signal(sig, workers.stop)
        log.info("workers started", count=settings.workers)
        return workers.watch()


def forget_gauges(pid: int, metrics_folder: str) -> None:
    """Take a dead worker out of what is shown of the living; what it counted stays."""
    mark_process_dead(pid, metrics_folder)  # type: ignore[no-untyped-call]


def die_with_parent() -> None:
    """Ask the kernel (Linux) for SIGTERM when the parent dies, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
