"""Gateways that share registered documents in Redis."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from gateway.persisted import redis_store
from gateway.persisted.redis_store import RedisStore
from gateway.persisted.store import MemoryStore
from shared import optional_store
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.gateway.persisted.test_automatic import HELLO, ask, digest, named
from tests.testkit.gateway import codes, running_gateway
from tests.testkit.redis import NONSENSE, false_redis


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Redis that a busy machine keeps waiting is not taken for one that is away."""
    monkeypatch.setattr(redis_store, "TIMEOUT", 60.0)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client: Redis = Redis.from_url(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.mark.usefixtures("patient")
async def test_what_one_gateway_stores_another_finds(redis_url: str, redis: Redis) -> None:
    settings: dict[str, Any] = {"persisted": {"redis_url": redis_url, "seconds": 100}}
    shop = Shop()
    async with (
        running_gateway(SUPERGRAPH, shop.subgraphs, **settings) as one,
        running_gateway(SUPERGRAPH, shop.subgraphs, **settings) as two,
    ):
        await ask(one, named(HELLO, query=HELLO))
        assert await ask(two, named(HELLO)) == {"data": {"hello": "hello None"}}
    [key] = await redis.keys("*")
    assert 0 < await redis.ttl(key) <= 100


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("data", [b"\xff", b"{ hello } # \xed\xa0\x80"])
async def test_what_is_no_text_is_not_found(redis_url: str, redis: Redis, data: bytes) -> None:
    name = hashlib.sha256(data).hexdigest()
    await redis.set(f"est:document:{name}", data)
    settings: dict[str, Any] = {"persisted": {"redis_url": redis_url}}
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
        asked = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": name}}}
        assert codes(await ask(gateway, asked)) == ["PERSISTED_QUERY_NOT_FOUND"]


@pytest.mark.usefixtures("patient")
async def test_a_text_that_is_not_its_hash_is_never_run(redis_url: str, redis: Redis) -> None:
    store = RedisStore(redis_url, MemoryStore(10, 1_000), 100)
    await store.put(digest(HELLO), HELLO)
    [key] = await redis.keys("*")
    await redis.set(key, "{ __typename }")
    fresh = RedisStore(redis_url, MemoryStore(10, 1_000), 100)
    assert await fresh.get(digest(HELLO)) is None
    assert await store.get(digest(HELLO)) == HELLO  # from its own memory
    for each in (store, fresh):
        await each.close()


async def test_without_redis_each_gateway_goes_on_alone() -> None:
    settings = {"persisted": {"redis_url": "redis://127.0.0.1:1/0"}}
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
        assert codes(await ask(gateway, named(HELLO))) == ["PERSISTED_QUERY_NOT_FOUND"]
        response = await gateway.post(json.dumps(named(HELLO, query=HELLO)))
        assert response.json() == {"data": {"hello": "hello None"}}
        assert await ask(gateway, named(HELLO)) == {"data": {"hello": "hello None"}}


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE)
async def test_whatever_redis_says_documents_are_answered_and_it_is_left_alone_for_a_while(
    answer: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optional_store, "ASK_AGAIN_SECONDS", 3_600.0)
    async with false_redis(answer) as (url, asked):
        settings = {"persisted": {"redis_url": url}}
        async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
            for _ in range(10):
                assert codes(await ask(gateway, named(HELLO))) == ["PERSISTED_QUERY_NOT_FOUND"]
            response = await gateway.post(json.dumps(named(HELLO, query=HELLO)))
            assert response.json() == {"data": {"hello": "hello None"}}
            assert await ask(gateway, named(HELLO)) == {"data": {"hello": "hello None"}}
        understood = answer is not None and answer.startswith(b"$3")
        assert sum(data.count(b"GET") for data in asked) <= (10 if understood else 3)


@pytest.mark.usefixtures("patient")
async def test_a_redis_that_refuses_one_document_gives_the_others(
    redis_url: str, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optional_store, "ASK_AGAIN_SECONDS", 3_600.0)
    kept = digest(HELLO)
    await redis.set(f"est:document:{kept}", HELLO)
    await redis.lpush(f"est:document:{digest('{ other }')}", "no text")  # type: ignore[misc]
    settings: dict[str, Any] = {"persisted": {"redis_url": redis_url}}
    full = "{ hello } # no room for it"
    try:
        async with running_gateway(SUPERGRAPH, Shop().subgraphs, **settings) as gateway:
            assert codes(await ask(gateway, named("{ other }"))) == ["PERSISTED_QUERY_NOT_FOUND"]
            await redis.config_set("maxmemory", "1")
            assert await ask(gateway, named(full, query=full)) == {"data": {"hello": "hello None"}}
            assert await ask(gateway, named(HELLO)) == {"data": {"hello": "hello None"}}
    finally:
        await redis.config_set("maxmemory", "0")
    assert await redis.exists(f"est:document:{digest(full)}") == 0
