"""A real Redis for tests, where one is installed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of this session's server; empty it before use."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("no redis-server is installed on this machine")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    folder = tmp_path_factory.mktemp("redis")
    with subprocess.Popen([program, *arguments], cwd=folder, stdout=subprocess.DEVNULL) as server:
        wait_for_redis(port)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


def wait_for_redis(port: int) -> None:
    """Wait until it listens."""
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.1):
            return
        time.sleep(0.05)
    raise TimeoutError("Redis did not start")
