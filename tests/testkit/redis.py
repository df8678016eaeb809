"""A real Redis for tests, where one is installed."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from shared import optional_store
from shared.limits import attempts
from tests.testkit.ports import free_port
from tests.testkit.raw_server import listening


class Redis:
    """A server on a port of its own, which can die and come back there. Keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        if program is None:
            pytest.skip("no redis-server is installed on this machine")
        self.port = free_port()
        self._folder = folder
        self._arguments = [program, "--port", str(self.port), "--bind", "127.0.0.1"]
        self._arguments += ["--save", "", "--appendonly", "no"]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """As LIMITS_URL takes it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it; it listens when this returns."""
        self._process = subprocess.Popen(
            self._arguments, cwd=self._folder, stdout=subprocess.DEVNULL
        )
        wait_for_redis(self.port)

    def kill(self) -> None:
        """As kill -9 does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


NONSENSE: dict[str, bytes | None] = {
    "silence": None,
    "hanging up": b"",
    "another protocol": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "no text": b"\xff\xfe\r\n",
    "no number": b":abc\r\n",
    "a length below nothing": b"$-5\r\n",
    "a length without end": b"$99999999999999\r\nabc",
    "half a line": b"+O",
    "a text for a number": b"$3\r\nabc\r\n",
    "lists in lists": b"*1\r\n" * 3_000,
    "still loading": b"-LOADING Redis is loading the dataset in memory\r\n",
    "full": b"-OOM command not allowed when used memory > 'maxmemory'\r\n",
    "read only": b"-READONLY You can't write against a read only replica.\r\n",
    "a password wanted": b"-NOAUTH Authentication required.\r\n",
}
"""What may answer in place of Redis, to whatever is asked; None: nothing does."""


@asynccontextmanager
async def false_redis(answer: bytes | None) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Its URL, and what it was sent."""
    asked: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            asked.append(data)
            if answer == b"":
                writer.close()
                return
            writer.write(answer or b"")

    async with listening(handle) as port:
        yield f"redis://127.0.0.1:{port}/0", asked


@asynccontextmanager
async def slow_redis(server: Redis, seconds: float) -> AsyncIterator[tuple[str, list[bytes]]]:
    """The URL of a way to ``server`` on which each answer takes so long; and what was asked."""
    asked: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", server.port)
        try:
            while data := await reader.read(65_536):
                asked.append(data)
                far_writer.write(data)
                answer = await far_reader.read(65_536)
                await asyncio.sleep(seconds)
                writer.write(answer)
        finally:
            far_writer.transport.abort()
            writer.transport.abort()

    async with listening(handle) as port:
        yield f"redis://127.0.0.1:{port}/0", asked


@pytest.fixture(scope="session")
def one_redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of this session's server."""
    server = Redis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server.url
    server.kill()


@pytest.fixture
def redis_url(one_redis_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """That server for a test, which waits for it on a busy machine, too; empty it before use."""
    patience = {"socket_connect_timeout": 60.0, "socket_timeout": 60.0}
    monkeypatch.setattr(attempts, "TIMEOUTS", patience)
    monkeypatch.setattr(optional_store, "SLOW_SECONDS", 60.0)
    return one_redis_url


def wait_for_redis(port: int) -> None:
    """Wait until it listens."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return
        time.sleep(0.05)
    raise TimeoutError("Redis did not start")
