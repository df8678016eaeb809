"""Requests leave nothing for the garbage collector: what they used is freed as they end.

But for small new documents, whose trees are cycles that are done with when they were read.

What is kept for long is set aside while requests are under way (``gateway.runtime.long_lived``). A
cycle of theirs would stay for ever.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gateway.config.settings import GatewaySettings
from gateway.http.app import create_app
from gateway.http.disconnect import PATIENCE_SECONDS
from tests.gateway.http.connections import Connection, request
from tests.testkit.differential import supergraph_of
from tests.testkit.gateway import RunningGateway
from tests.testkit.subgraphs import InMemorySubgraphs

SDL = supergraph_of(
    {
        "one": 'type Query { a: A } type A @key(fields: "id") { id: ID x: Int }',
        "two": 'type A @key(fields: "id") { id: ID y: Int }',
    }
)
LONG = " ".join(f"a{n}: a {{ x }}" for n in range(50))
REQUESTS = {
    "known": "{ a { x y } }",
    "new": f"{{ a {{ x y%d: y }} {LONG} }}",
    "with errors": "{ a { z: x y } }",
    "watched for a disconnect": "{ slow: a { x } }",
    "invalid": f"{{ nothing%d {LONG} }}",
    "no GraphQL": f"{{ nothing%d {LONG}",
}


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[RunningGateway]:
    """New documents are prepared in the process apart, as where requests are served."""
    entity = {"id": "1", "x": 1, "y": 2, "__typename": "A"}

    async def one(body: dict[str, Any]) -> dict[str, Any]:
        if "slow:" in body["query"]:
            await asyncio.sleep(2 * PATIENCE_SECONDS)
        asked = {f"a{n}": entity for n in range(50)}
        return {"data": asked | {"a": entity | {"z": "no number"}, "slow": entity}}

    subgraphs = InMemorySubgraphs(
        one=one,
        two=lambda _: {"errors": [{"message": "not today"}]},
    )
    file = tmp_path / "supergraph.graphql"
    file.write_text(SDL)
    settings = GatewaySettings(supergraph=str(file), supergraph_poll_seconds=0)
    app = create_app(settings, subgraphs=subgraphs, is_served=True)
    async with app.router.lifespan_context(app), httpx2.AsyncClient() as client:
        running = RunningGateway(app, client)
        assert running.active.current is not None
        await running.active.current.wait_for_process(asyncio.get_running_loop().time() + 60)
        yield running


@pytest.mark.parametrize("straight", [True, False])
async def test_requests_leave_no_cycles(gateway: RunningGateway, straight: bool) -> None:
    connection = Connection(gateway, straight=straight)
    for number in range(-8, 0):  # what is made once
        for query in REQUESTS.values():
            await connection.ask(request({"query": query.replace("%d", str(-number))}))
    for kind, query in REQUESTS.items():
        left = [await left_by_ten(connection, query, first) for first in (10, 20, 30)]
        assert min(left) == 0, (kind, left)


async def left_by_ten(connection: Connection, query: str, first: int) -> int:
    """How many objects the collector finds after ten such requests.

    What something else lets go of in between, a schema of an earlier test, it finds once; what
    requests leave, each time.
    """
    gc.collect()
    for number in range(first, first + 10):
        await connection.ask(request({"query": query.replace("%d", str(number))}))
    return gc.collect()
