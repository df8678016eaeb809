"""The embedded PostgreSQL server: one child process that never outlives whoever started it."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from est.errors import PostgresUnavailable
from est.launch import launched
from est.postgres import cluster, postmaster
from est.postgres.binaries import find_binaries
from est.postgres.identity import identity_for, prepare_folder

_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
_RETRIES = 5  # somebody else may take the free port that was found
_THROWAWAY = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
)


class EmbeddedPostgres:
    """A PostgreSQL server in a folder: `with EmbeddedPostgres(folder) as server: server.url()`.

    The folder gets `data/`, `server.log` and `lock`. `durable=False` trades crash safety for speed
    (tests). `port=0` takes a free one. Start it from the main thread: Linux ends the server when
    the *thread* that started it ends. Errors: `PostgresUnavailable`, its text for the operator.
    """

    def __init__(
        self, folder: Path, *, port: int = 0, durable: bool = True, max_connections: int = 200
    ) -> None:
        self.folder = folder.absolute()
        self.log = self.folder / "server.log"
        self._wanted_port = port
        self._durable = durable
        self._max_connections = max_connections
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._data = self.folder / "data"
        self.port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def url(self, database: str = "postgres") -> str:
        """Return the connection URL of one database, password included."""
        return cluster.url(self._data, self.port, database)

    @property
    def pid(self) -> int:
        """The server's process id."""
        if self._process is None:
            raise PostgresUnavailable("PostgreSQL is not running.")
        return self._process.pid

    def exit_code(self) -> int | None:
        """Return None while the server runs, else how it ended."""
        return self._process.poll() if self._process else 0

    def last_words(self) -> str:
        """Return the end of its log."""
        return cluster.last_words(self.folder)

    def start(self) -> None:
        """Make the cluster if need be, end an earlier run's server, start, wait for readiness."""
        binaries = find_binaries()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = cluster.lock(self.folder)
        if self._lock is None:
            raise PostgresUnavailable(f"Another process runs the database in {self.folder}.")
        try:
            identity = identity_for(self.folder, binaries.postgres)
            prepare_folder(self.folder, identity)
            self._data = cluster.ensure_cluster(
                self.folder, binaries, identity, durable=self._durable
            )
            earlier = postmaster.end_leftover(self._data)
            self._spawn(binaries.postgres, identity, earlier)
            for _ in range(_RETRIES):
                if self._became_ready() or self._wanted_port or not self._port_was_taken():
                    break
                self._spawn(binaries.postgres, identity, earlier)
            self._require_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server (fast shutdown, then harder) and let go of the folder; may be repeated."""
        process, self._process = self._process, None
        if process is not None:
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    process.send_signal(number)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_STOP_SECONDS)
                    break
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _spawn(self, postgres: Path, identity: str, earlier: int | None) -> None:
        self.port = self._wanted_port or _free_port()
        settings = [
            *("listen_addresses=127.0.0.1", f"port={self.port}"),
            "unix_socket_directories=",  # its path must fit 107 characters, a clone's may not
            f"max_connections={self._max_connections}",
            "log_min_messages=warning",
            *(() if self._durable else _THROWAWAY),
        ]
        options = [part for setting in settings for part in ("-c", setting)]
        known = {} if earlier is None else {"PG_GRANDPARENT_PID": str(earlier)}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603
                launched(identity, signal.SIGINT, postgres, "-D", self._data, *options),
                cwd=self.folder,
                env=cluster.environment(**known),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the parent, which stops this one last
            )

    def _became_ready(self) -> bool:
        deadline = time.monotonic() + _START_SECONDS
        while self.exit_code() is None:
            if postmaster.is_ready(self._data, self.pid):
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return False

    def _port_was_taken(self) -> bool:
        return "could not bind" in self.log.read_text(errors="replace")

    def _require_ready(self) -> None:
        if not self._became_ready():
            raise PostgresUnavailable(self._why())

    def _why(self) -> str:
        if self._wanted_port and self._port_was_taken():
            return (
                f"Port {self._wanted_port} for PostgreSQL is in use: choose another with "
                "--postgres-port or POSTGRES_PORT."
            )
        return f"PostgreSQL did not start (log: {self.log}):\n{self.last_words()}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
