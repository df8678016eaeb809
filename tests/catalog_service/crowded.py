"""A catalog in a process of its own, as clients in crowds meet it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from tests.catalog_service.kit import GATEWAY_KEY, ISSUER, SECRET
from tests.testkit.ports import free_port

NODE = "id title price { amount } place { name }"
LIST = f"{{ offers(first: 50) {{ edges {{ cursor node {{ {NODE} }} }} }} }}"
WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@dataclass
class Service:
    """A catalog process, and the database it stands on."""

    port: int
    database: str
    http: httpx2.AsyncClient

    async def ask(self, query: str, **headers: str) -> httpx2.Response:
        return await self.post({"query": query}, **headers)

    async def post(self, body: Any, **headers: str) -> httpx2.Response:
        return await self.http.post("/graphql", json=body, headers=headers)

    async def sql(self, statement: str) -> Any:
        connection = await asyncpg.connect(self.database)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    @asynccontextmanager
    async def locked(self, table: str) -> AsyncIterator[None]:
        """Nobody reads or writes the table meanwhile."""
        connection = await asyncpg.connect(self.database)
        try:
            async with connection.transaction():
                await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
                yield
        finally:
            await connection.close()

    async def until_waiting(self, count: int) -> None:
        """Until so many statements wait for a lock."""
        async with asyncio.timeout(60):
            while await self.sql(WAITING) != count:
                await asyncio.sleep(0.02)

    async def until_served(self) -> None:
        """Until the server has seen that the clients are gone, and serves the next one."""
        async with asyncio.timeout(60):
            while (await self.ask(LIST)).status_code == 503:
                await asyncio.sleep(0.05)

    async def vanish(self, body: dict[str, Any], after: float, **headers: str) -> None:
        """Send a request and close the connection without reading."""
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        content = json.dumps(body).encode()
        lines = {"host": "x", "content-type": "application/json", "x-gateway-key": GATEWAY_KEY}
        lines |= headers | {"content-length": str(len(content))}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        writer.write(f"POST /graphql HTTP/1.1\r\n{head}\r\n".encode() + content)
        await writer.drain()
        try:
            await asyncio.sleep(after)
        finally:
            writer.transport.abort()

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """Liveness and readiness answer all the while, over connections of their own."""
        probing = asyncio.create_task(self._probe())
        try:
            yield
        finally:
            probing.cancel()
            with suppress(asyncio.CancelledError):
                await probing

    async def _probe(self) -> None:
        url = f"http://127.0.0.1:{self.port}/health"
        async with httpx2.AsyncClient(timeout=30) as http:
            while True:
                assert (await http.get(f"{url}/live")).status_code == 200
                assert (await http.get(f"{url}/ready")).status_code in {200, 503}
                await asyncio.sleep(0.02)


@asynccontextmanager
async def served(database: str, log: Path, **changes: str) -> AsyncIterator[Service]:
    port = free_port()
    settings = {
        "DATABASE_URL": database,
        "PORT": str(port),
        "JWT_SECRET": SECRET,
        "JWT_ISSUER": ISSUER,
        "GATEWAY_KEY": GATEWAY_KEY,
        "DATABASE_TIMEOUT_SECONDS": "60",
        # nothing else waits for a table that is locked
        "EXPIRE_EVERY_SECONDS": "3600",
        "SCHEDULES_EVERY_SECONDS": "3600",
        "REMIND_EVERY_SECONDS": "3600",
        "PARTNERS_EVERY_SECONDS": "3600",
    }
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "catalog_service",
            env={**os.environ, **settings, **changes}, stdout=out, stderr=out,
        )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    limits = httpx2.Limits(max_connections=None)
    try:
        async with httpx2.AsyncClient(
            base_url=base, headers={"X-Gateway-Key": GATEWAY_KEY}, timeout=60, limits=limits
        ) as http:
            async with asyncio.timeout(180):
                while not await is_up(http):
                    assert process.returncode is None, log.read_text()
                    await asyncio.sleep(0.05)
            yield Service(port, database, http)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def is_up(http: httpx2.AsyncClient) -> bool:
    try:
        return (await http.get("/health/ready")).status_code == 200
    except httpx2.TransportError:
        return False
