"""Fault 39 with DEDUPLICATE: equal queries of one caller leave once, and nothing else is shared."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gateway.composition import SubgraphSource, compose
from gateway.config.settings import GatewaySettings
from gateway.http.app import create_app
from gateway.subgraphs import registry
from gateway.subgraphs.in_flight import InFlight
from tests.testkit.raw_server import RawServer, raw_server, whole
from tests.testkit.server import serving

SDL = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Query { whoami(of: Int): String }
type Mutation { count: Int }
"""
QUERY = {"query": "{ whoami }"}
MUTATION = {"query": "mutation { count }"}


class Shown:
    """Answers with the caller it saw, once ``gate`` is open."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.gate = asyncio.Event()
        self.lets_mutations_pass = asyncio.Event()

    async def __call__(self, writer: asyncio.StreamWriter, server: RawServer) -> None:
        head, _, body = server.requests[-1].partition(b"\r\n\r\n")
        self.bodies.append(body.decode())
        lines = (line.partition(": ") for line in head.decode().split("\r\n"))
        caller = next((value for name, _, value in lines if name == "authorization"), None)
        is_mutation = "mutation" in body.decode()
        await (self.lets_mutations_pass if is_mutation else self.gate).wait()
        data = {"count": 1} if is_mutation else {"whoami": caller}
        await whole(json.dumps({"data": data}).encode())(writer, server)


@dataclass(frozen=True)
class Running:
    """A gateway on a real socket, so that clients can leave, and its one subgraph."""

    client: httpx2.AsyncClient
    shown: Shown
    sharing: list[InFlight]

    async def ask(self, body: object = QUERY, caller: str | None = None) -> object:
        headers = {} if caller is None else {"authorization": caller}
        response = await self.client.post("/graphql", json=body, headers=headers)
        return response.json()

    async def wait_for(self, *, waiting: int = 0, sent: int = 0) -> None:
        """Return once so many requests wait for shared calls, and so many calls were sent."""
        async with asyncio.timeout(60):
            while (
                sum(call.waiters for one in self.sharing for call in one._calls.values()) != waiting
                or len(self.shown.bodies) < sent
            ):
                await asyncio.sleep(0.005)


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    shown = Shown()
    sharing: list[InFlight] = []

    def noted(*arguments: Any, **named: Any) -> InFlight:
        sharing.append(InFlight(*arguments, **named))
        return sharing[-1]

    monkeypatch.setattr(registry, "InFlight", noted)
    async with raw_server(shown) as server:
        file = tmp_path / "supergraph.graphql"
        file.write_text(compose([SubgraphSource("one", server.url, SDL)]).supergraph_sdl)
        settings: dict[str, Any] = {
            "subgraphs": {"one": {"timeout_seconds": 120}},  # a gate may stay shut for a while
            "times": {"request": 120},
        }
        app = create_app(
            GatewaySettings(
                supergraph=str(file), supergraph_poll_seconds=0, deduplicate=True, **settings
            )
        )
        limits = httpx2.Limits(max_connections=250)
        async with (
            app.router.lifespan_context(app),
            serving(app) as url,
            httpx2.AsyncClient(base_url=url, timeout=60, limits=limits) as client,
        ):
            yield Running(client, shown, sharing)


async def test_a_hundred_equal_queries_of_one_caller_are_one(running: Running) -> None:
    asking = [asyncio.create_task(running.ask(caller="Bearer a")) for _ in range(100)]
    await running.wait_for(waiting=100)
    running.shown.gate.set()
    assert await asyncio.gather(*asking) == [{"data": {"whoami": "Bearer a"}}] * 100
    assert len(running.shown.bodies) == 1
    await running.ask(caller="Bearer a")
    assert len(running.shown.bodies) == 2


async def test_of_two_callers_two_and_each_gets_its_own(running: Running) -> None:
    callers = ["Bearer a", "Bearer b", None] * 30
    asking = [asyncio.create_task(running.ask(caller=caller)) for caller in callers]
    await running.wait_for(waiting=90, sent=3)
    running.shown.gate.set()
    answers = await asyncio.gather(*asking)
    assert answers == [{"data": {"whoami": caller}} for caller in callers]
    assert len(running.shown.bodies) == 3


@pytest.mark.parametrize("leaving", [1, 19])
async def test_the_first_callers_leaving_fails_nobody(running: Running, leaving: int) -> None:
    asking = [asyncio.create_task(running.ask())]
    await running.wait_for(waiting=1, sent=1)
    asking += [asyncio.create_task(running.ask()) for _ in range(19)]
    await running.wait_for(waiting=20)
    for task in asking[:leaving]:
        task.cancel()
    await running.wait_for(waiting=20 - leaving)
    running.shown.gate.set()
    answers = await asyncio.gather(*asking[leaving:])
    assert answers == [{"data": {"whoami": None}}] * (20 - leaving)
    assert len(running.shown.bodies) == 1


async def test_mutations_and_other_variables_are_never_shared(running: Running) -> None:
    asking = [asyncio.create_task(running.ask(MUTATION)) for _ in range(5)]
    await running.wait_for(sent=5)
    query = "query($n: Int) { whoami(of: $n) }"
    bodies = [{"query": query, "variables": {"n": number % 3}} for number in range(30)]
    asking += [asyncio.create_task(running.ask(body)) for body in bodies]
    await running.wait_for(waiting=30, sent=8)
    running.shown.gate.set()
    running.shown.lets_mutations_pass.set()
    await asyncio.gather(*asking)
    assert len(running.shown.bodies) == 8


async def test_a_query_after_a_mutation_asks_again(running: Running) -> None:
    before = asyncio.create_task(running.ask())
    await running.wait_for(waiting=1, sent=1)
    mutation = asyncio.create_task(running.ask(MUTATION))
    await running.wait_for(waiting=1, sent=2)
    running.shown.lets_mutations_pass.set()
    await mutation
    after = [asyncio.create_task(running.ask()) for _ in range(2)]
    await running.wait_for(waiting=3, sent=3)
    running.shown.gate.set()
    await asyncio.gather(before, *after)
    assert len(running.shown.bodies) == 3
