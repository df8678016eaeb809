"""A client that hangs up: its queries are cancelled, its mutations end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gateway.config.settings import GatewaySettings
from gateway.http.app import create_app
from gateway.runtime.completion import all_completed
from tests.gateway.http.hanging_up import hang_up
from tests.gateway.http.shop import SUPERGRAPH, Shop


async def hang_up_after(until: Callable[[], Awaitable[object]], shop: Shop, body: Any) -> list[Any]:
    """Send ``body`` and hang up; return what the app sent."""
    settings = GatewaySettings(supergraph=str(SUPERGRAPH), supergraph_poll_seconds=0)
    app = create_app(settings, subgraphs=shop.subgraphs)
    async with app.router.lifespan_context(app):
        sent = await asyncio.wait_for(hang_up(app, body, until), 60)
        await all_completed()
    return sent


@pytest.fixture
def shop() -> Shop:
    """It answers nothing for the time being."""
    shop = Shop()
    shop.may_answer.clear()
    return shop


async def test_a_query_is_cancelled(shop: Shop) -> None:
    assert await hang_up_after(shop.asked.wait, shop, {"query": "{ hello }"}) == []
    assert (shop.cancelled, shop.ended) == (1, 0)


async def test_a_batch_of_queries_is_cancelled(shop: Shop) -> None:
    batch = [{"query": "{ hello }"}, {"query": '{ item(id: "1") { name } }'}]

    async def both_asked() -> None:
        while shop.subgraphs.requests() < 2:
            await asyncio.sleep(0.001)

    assert await hang_up_after(both_asked, shop, batch) == []
    assert (shop.cancelled, shop.ended) == (2, 0)


async def test_a_begun_mutation_ends_and_so_does_its_batch(shop: Shop) -> None:
    """The first is answered when its client has gone."""
    rename = 'mutation { rename(id: "1", name: "%s") { name } }'
    batch = [{"query": rename % "a"}, {"query": rename % "b"}]

    async def asked() -> None:
        await shop.asked.wait()
        asyncio.get_running_loop().call_later(0.01, shop.may_answer.set)

    assert await hang_up_after(asked, shop, batch) == []
    assert shop.renamed == ["a", "b"]
    assert shop.cancelled == 0


async def test_a_client_that_stays_is_answered(shop: Shop) -> None:
    shop.may_answer.set()
    messages = await hang_up_after(asyncio.Event().wait, shop, {"query": "{ hello }"})
    assert [message["type"] for message in messages] == [
        "http.response.start",
        "http.response.body",
    ]
