"""A server that another `est` process runs: found by its folder, used, never stopped."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from est.postgres import cluster, postmaster

_START_SECONDS = 20.0


class PostgresServer(Protocol):
    """A running server: our own child (`EmbeddedPostgres`) or another process's."""

    def url(self, database: str = "postgres") -> str:
        """Return the connection URL of one database, password included."""
        ...

    def exit_code(self) -> int | None:
        """Return None while the server runs."""
        ...

    def last_words(self) -> str:
        """Return the end of its log."""
        ...


@dataclass(frozen=True, slots=True)
class RunningPostgres:
    """The server that some other process started in `folder`."""

    folder: Path
    pid: int
    port: int

    def url(self, database: str = "postgres") -> str:
        """Return the connection URL of one database, password included."""
        return cluster.url(self.folder / "data", self.port, database)

    def exit_code(self) -> int | None:
        """Return None while the server runs."""
        return None if postmaster.serves(self.pid, self.folder / "data") else 0

    def last_words(self) -> str:
        """Return the end of its log."""
        return cluster.last_words(self.folder)


def find_running(folder: Path) -> RunningPostgres | None:
    """Return the server that another process runs in `folder` (just starting, perhaps), or None."""
    folder = folder.absolute()
    deadline = time.monotonic() + _START_SECONDS
    while cluster.is_locked(folder) and time.monotonic() < deadline:
        if found := postmaster.find_ready(folder / "data"):
            return RunningPostgres(folder, *found)
        time.sleep(0.05)
    return None
