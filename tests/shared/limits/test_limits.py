"""Attempt limits."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared import optional_store
from shared.errors import ConfigurationError, RateLimited
from shared.limits import Limit, RateLimiter

THREE = Limit(3, 86_400, "three")  # a day: no test crosses the edge of a window


async def allowed(limiter: RateLimiter, *keys: str) -> bool:
    try:
        await limiter.take(THREE, *keys)
    except RateLimited:
        return False
    return True


async def emptied(limiter: RateLimiter) -> RateLimiter:
    if limiter._redis is not None:
        await limiter._redis.reset()
    return limiter


@pytest.fixture(params=["memory", "redis"])
async def limiter(request: pytest.FixtureRequest) -> AsyncIterator[RateLimiter]:
    """Every property holds in memory and in Redis alike."""
    url = "memory://" if request.param == "memory" else request.getfixturevalue("redis_url")
    limiter = await emptied(RateLimiter(url))
    yield limiter
    await limiter.close()


async def test_the_wait_is_told_in_seconds(limiter: RateLimiter) -> None:
    for _ in range(3):
        await limiter.take(THREE, "wait")
    with pytest.raises(RateLimited) as caught:
        await limiter.take(THREE, "wait")
    assert 1 <= caught.value.retry_after <= 2 * 86_400
    assert caught.value.extensions() == {"retryAfter": caught.value.retry_after}


async def test_attempts_are_counted_by_key(limiter: RateLimiter) -> None:
    assert [await allowed(limiter, "a") for _ in range(5)] == [True] * 3 + [False] * 2
    assert await allowed(limiter, "b")
    assert await allowed(limiter, "a", "b")


async def test_attempts_side_by_side_are_all_counted(limiter: RateLimiter) -> None:
    outcomes = await asyncio.gather(*(allowed(limiter, "a") for _ in range(50)))
    assert sum(outcomes) == 3


async def test_keys_do_not_run_together(limiter: RateLimiter) -> None:
    for _ in range(3):
        await limiter.take(THREE, "ab", "c")
    assert await allowed(limiter, "a", "bc")


async def test_limits_of_different_names_are_apart(limiter: RateLimiter) -> None:
    for _ in range(3):
        await limiter.take(THREE, "a")
    await limiter.take(Limit(3, 86_400, "other"), "a")
    assert not await allowed(limiter, "a")


async def test_what_happened_is_remembered(limiter: RateLimiter) -> None:
    assert not await limiter.remembers("login", "a", "b")
    await limiter.remember("login", "a", "b", seconds=60)
    assert await limiter.remembers("login", "a", "b")
    assert not await limiter.remembers("login", "a", "c")


async def test_keys_are_stored_hashed() -> None:
    limiter = RateLimiter()
    await limiter.take(THREE, "anna@example.com")
    await limiter.remember("login", "anna@example.com", seconds=60)
    counts = limiter._local._counts
    stored = [*counts._windows, *counts._notes, *counts._ends]
    assert len(stored) == 4
    assert "anna" not in str(stored)


async def test_while_redis_is_away_each_process_counts_on_its_own() -> None:
    limiter = RateLimiter("redis://127.0.0.1:1/0")
    assert [await allowed(limiter, "a") for _ in range(5)] == [True] * 3 + [False] * 2
    assert await allowed(limiter, "b")
    await limiter.remember("login", "a", seconds=60)
    assert await limiter.remembers("login", "a")
    assert await limiter.check() is not None
    await limiter.close()


async def test_a_redis_that_is_back_is_asked_again(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optional_store, "ASK_AGAIN_SECONDS", 0.0)
    limiter = await emptied(RateLimiter(redis_url))
    real = limiter._shared
    limiter._shared = RateLimiter("redis://127.0.0.1:1/0")._shared
    assert [await allowed(limiter, "a") for _ in range(4)] == [True] * 3 + [False]
    limiter._shared = real
    assert await allowed(limiter, "a")
    await limiter.close()


async def test_what_happened_again_is_remembered_for_longer_where_that_is_meant(
    limiter: RateLimiter,
) -> None:
    await limiter.remember("login", "a", seconds=60)
    await limiter.remember("login", "a", seconds=1_000)
    assert await limiter.remembered_for("login", "a") <= 60
    await limiter.remember("login", "a", seconds=1_000, anew=True)
    assert await limiter.remembered_for("login", "a") > 60
    await limiter.remember("login", "b", seconds=60, anew=True)
    assert 1 <= await limiter.remembered_for("login", "b") <= 60


async def test_how_long_it_is_remembered(limiter: RateLimiter) -> None:
    assert await limiter.remembered_for("lock", "a") == 0
    await limiter.remember("lock", "a", seconds=60)
    assert 1 <= await limiter.remembered_for("lock", "a") <= 60


async def test_attempts_that_are_cleared_count_no_more(limiter: RateLimiter) -> None:
    for _ in range(3):
        await limiter.take(THREE, "a")
    await limiter.clear(THREE, "a")
    assert await allowed(limiter, "a")


def test_a_url_that_is_none_names_the_setting() -> None:
    with pytest.raises(ConfigurationError, match="LIMITS_URL"):
        RateLimiter("nonsense://x")
