"""The catalog as a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from tests.catalog_service.kit import GATEWAY_KEY, ISSUER, SECRET
from tests.testkit.ports import free_ports


@asynccontextmanager
async def served(url: str, folder: Path, **settings: str) -> AsyncIterator[tuple[int, int]]:
    """The service as a process of its own: (pid, port); killed at the end."""
    (port,) = free_ports(1)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "DATABASE_URL": url,
        "JWT_SECRET": SECRET,
        "JWT_ISSUER": ISSUER,
        "GATEWAY_KEY": GATEWAY_KEY,
        "PORT": str(port),
        "VIEWS_EVERY_SECONDS": "600",
        **settings,
    }
    with (folder / f"{port}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "catalog_service", env=environment, stdout=log, stderr=log
        )
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            async with asyncio.timeout(180):
                while not await is_ready(http):
                    assert process.returncode is None, (folder / f"{port}.log").read_text()
                    await asyncio.sleep(0.05)
        yield process.pid, port
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def is_ready(http: httpx2.AsyncClient) -> bool:
    try:
        return (await http.get("/health/ready")).status_code == 200
    except httpx2.TransportError:
        return False
