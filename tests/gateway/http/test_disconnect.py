"""A client that hangs up: its queries are cancelled, its mutations end."""

from __future__ import annotations

import asyncio
from typing import Any

from gateway.config.settings import GatewaySettings
from gateway.http.app import create_app
from gateway.runtime.completion import all_completed
from tests.gateway.http.hanging_up import hang_up
from tests.gateway.http.shop import SUPERGRAPH, Shop


async def hang_up_after(seconds: float, shop: Shop, body: Any) -> list[Any]:
    """Send ``body`` and hang up; return what the app sent."""
    settings = GatewaySettings(supergraph=str(SUPERGRAPH), supergraph_poll_seconds=0)
    app = create_app(settings, subgraphs=shop.subgraphs)
    async with app.router.lifespan_context(app):
        sent = await asyncio.wait_for(hang_up(app, body, seconds), 5)
        await all_completed()
    return sent


async def test_a_query_is_cancelled() -> None:
    shop = Shop(seconds=30)
    assert await hang_up_after(0.05, shop, {"query": "{ hello }"}) == []
    assert (shop.cancelled, shop.ended) == (1, 0)


async def test_a_batch_of_queries_is_cancelled() -> None:
    shop = Shop(seconds=30)
    batch = [{"query": "{ hello }"}, {"query": '{ item(id: "1") { name } }'}]
    assert await hang_up_after(0.05, shop, batch) == []
    assert (shop.cancelled, shop.ended) == (2, 0)


async def test_a_begun_mutation_ends_and_so_does_its_batch() -> None:
    shop = Shop(seconds=0.2)
    rename = 'mutation { rename(id: "1", name: "%s") { name } }'
    batch = [{"query": rename % "a"}, {"query": rename % "b"}]
    assert await hang_up_after(0.05, shop, batch) == []
    assert shop.renamed == ["a", "b"]
    assert shop.cancelled == 0


async def test_a_client_that_stays_is_answered() -> None:
    shop = Shop(seconds=0.1)
    messages = await hang_up_after(30, shop, {"query": "{ hello }"})
    assert [message["type"] for message in messages] == [
        "http.response.start",
        "http.response.body",
    ]
