"""The three GraphQL doors: the gateway's, and each service's own with its gateway key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.testkit.fleet import AUTH_KEY, CATALOG_KEY, Fleet, Server

JSON = {"content-type": "application/json"}
DOORS = ("gateway", "auth", "catalog")


@dataclass(frozen=True)
class Door:
    """Where requests enter one server."""

    server: Server
    headers: dict[str, str]

    async def post(self, body: bytes, **headers: str) -> httpx2.Response:
        given = {**JSON, **self.headers, **headers}
        return await self.server.http.post("/graphql", content=body, headers=given)


def door(fleet: Fleet, name: str) -> Door:
    if name == "gateway":
        return Door(fleet.gateway_servers[0], {})
    if name == "auth":
        return Door(fleet.auths[0], {"x-gateway-key": AUTH_KEY})
    return Door(fleet.catalogs[0], {"x-gateway-key": CATALOG_KEY})


@dataclass
class Waits:
    """How long each of others' requests took: in seconds, and in CPU seconds of the server."""

    statuses: set[int] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)

    @property
    def longest(self) -> float:
        return max(self.seconds, default=0.0)

    @property
    def longest_work(self) -> float:
        """The most that the server did of something else while one of them waited."""
        return max(self.cpu_seconds, default=0.0)


@asynccontextmanager
async def others_waiting(entered: Door) -> AsyncIterator[Waits]:
    """Meanwhile somebody else asks for the smallest thing there is, over and over."""
    waits = Waits()
    body = b'{"query": "{ __typename }"}'
    async with httpx2.AsyncClient(base_url=entered.server.url, timeout=60) as http:

        async def ask() -> None:
            while True:
                began, used = time.perf_counter(), entered.server.cpu_seconds()
                headers = {**JSON, **entered.headers}
                answer = await http.post("/graphql", content=body, headers=headers)
                assert answer.status_code in {200, 503}
                waits.statuses.add(answer.status_code)
                assert (await http.get("/health/live")).status_code == 200
                waits.seconds.append(time.perf_counter() - began)
                waits.cpu_seconds.append(entered.server.cpu_seconds() - used)
                await asyncio.sleep(0.002)

        async def until_another_answer() -> None:
            answers = len(waits.seconds)
            async with asyncio.timeout(60):  # whoever gets no answer at all waits for ever
                while len(waits.seconds) == answers and not asking.done():
                    await asyncio.sleep(0.01)

        asking = asyncio.create_task(ask())
        await until_another_answer()  # connected before anybody else keeps this loop busy
        try:
            yield waits
        finally:
            await until_another_answer()
            asking.cancel()
            with suppress(asyncio.CancelledError):
                await asking


def first_error(answer: httpx2.Response) -> dict[str, Any] | None:
    """The first error of an answer, or of a batch's first answer."""
    reply = answer.json()
    reply = reply[0] if isinstance(reply, list) else reply
    errors: list[dict[str, Any]] = reply.get("errors") or [{}]
    return errors[0] or None
