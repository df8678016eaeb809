"""Servers under measurement: started on free ports, their CPU time read from the kernel."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from shared.http.server import bind

KEY = "a-gateway-key-for-benchmarks"
SECRET = "q3Vg7Yt0Zr8Lx2Nc5Mb9Kd4Jf6Hs1Pw+Ua="
START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Server:
    """A process that answers at ``url``."""

    pid: int
    url: str

    def cpu(self) -> float:
        """Seconds of CPU that all its threads have used."""
        tasks = Path(f"/proc/{self.pid}/task")
        spent = [(task / "schedstat").read_text().split()[0] for task in tasks.iterdir()]
        return sum(int(each) for each in spent) / 1e9


@asynccontextmanager
async def serving(module: str, **environment: str) -> AsyncIterator[Server]:
    """``python -m module`` with HOST and PORT in its environment, until the block ends."""
    probe = bind("127.0.0.1", 0)
    port = probe.getsockname()[1]
    probe.close()
    process = subprocess.Popen(  # noqa: ASYNC220  it returns at once
        [sys.executable, "-m", module],
        env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Server(process.pid, f"http://127.0.0.1:{port}")
    try:
        await _until_up(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def catalog_environment(database_url: str) -> Mapping[str, str]:
    """The settings of a catalog service in production's manner."""
    return {
        "DATABASE_URL": database_url,
        "GATEWAY_KEY": KEY,
        "JWT_SECRET": SECRET,
        "LOG_FORMAT": "json",
    }


async def _until_up(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    async with httpx2.AsyncClient() as client:
        while True:
            try:
                await client.get(f"{server.url}/health/live")
            except httpx2.TransportError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("a server did not start") from None
                await asyncio.sleep(0.05)
            else:
                return
