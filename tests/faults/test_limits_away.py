"""Fault 83: without its store the limiter counts locally, and readiness says degraded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis as Client

from shared import optional_store
from shared.limits import attempts
from tests.auth_service.subgraph import PASSWORD, Subgraph, running_alone
from tests.testkit.counting_clock import Hands
from tests.testkit.postgres import Databases
from tests.testkit.redis import NONSENSE, Redis, false_redis, slow_redis

ANNA = "anna@example.com"
WRONG = "Wrong-Passw0rd"


@pytest.fixture(autouse=True)
def patient(counting_clock: Hands) -> None:
    """A busy machine may take minutes for fifteen logins: none is forgotten meanwhile."""


@pytest.fixture
def redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """One that is there or is not; on a busy machine it is given time."""
    monkeypatch.setitem(attempts.TIMEOUTS, "socket_timeout", 30.0)
    server = Redis(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def auth(
    redis: Redis, database_url_factory: Databases, tmp_path: Path
) -> AsyncIterator[Subgraph]:
    async with auth_with(redis.url, database_url_factory, tmp_path) as subgraph:
        yield subgraph


@asynccontextmanager
async def auth_with(
    limits_url: str, database_url_factory: Databases, tmp_path: Path
) -> AsyncIterator[Subgraph]:
    async with running_alone(database_url_factory, tmp_path, limits_url=limits_url) as subgraph:
        yield subgraph


async def readiness(auth: Subgraph) -> tuple[int, str]:
    ready = await auth.http.get("/health/ready")
    return ready.status_code, ready.json()["status"]


async def until_well(auth: Subgraph) -> None:
    async with asyncio.timeout(60):
        while await readiness(auth) != (200, "ok"):
            await asyncio.sleep(0.05)


async def test_83_redis_dies_and_comes_back(
    auth: Subgraph, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optional_store, "ASK_AGAIN_SECONDS", 0.0)
    await auth.register(ANNA)
    assert (await auth.login(ANNA)).code is None
    await until_well(auth)

    redis.kill()
    assert (await auth.login(ANNA)).code is None
    assert (await auth.register("ben@example.com")).code is None
    codes = [(await auth.login(ANNA, WRONG)).code for _ in range(15)]
    assert codes[0] == "INVALID_CREDENTIALS"
    assert codes[-1] == "RATE_LIMITED"
    assert (await auth.login("ben@example.com", PASSWORD)).code is None
    assert await readiness(auth) == (200, "degraded")
    checks = (await auth.http.get("/health/ready")).json()["checks"]
    assert checks.keys() == {"limits"}

    redis.start()
    assert (await auth.login(ANNA)).code is None
    await until_well(auth)


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE)
async def test_97_whatever_redis_says_people_sign_in_and_attempts_are_counted(
    answer: bytes | None, database_url_factory: Databases, tmp_path: Path
) -> None:
    async with (
        false_redis(answer) as (url, _),
        auth_with(url, database_url_factory, tmp_path) as auth,
    ):
        assert (await auth.register(ANNA)).code is None
        assert (await auth.login(ANNA)).code is None
        codes = [(await auth.login(ANNA, WRONG)).code for _ in range(15)]
        assert codes[0] == "INVALID_CREDENTIALS"
        understood = answer is not None and answer.startswith(b"$3")
        assert understood or codes[-1] == "RATE_LIMITED"
        assert (await auth.http.get("/health/live")).status_code == 200
        assert understood or await readiness(auth) == (200, "degraded")


async def test_110_redis_that_is_slow_again_and_again_is_left_alone(
    redis: Redis,
    database_url_factory: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A login asks it several times: slow answers within every deadline add up to seconds."""
    monkeypatch.setattr(optional_store, "ASK_AGAIN_SECONDS", 3600.0)
    async with (
        slow_redis(redis, optional_store.SLOW_SECONDS * 1.5) as (url, asked),
        auth_with(url, database_url_factory, tmp_path) as auth,
    ):
        assert (await auth.register(ANNA)).code is None
        assert (await auth.login(ANNA)).code is None
        before = len(asked)
        codes = [(await auth.login(ANNA, WRONG)).code for _ in range(15)]
        assert len(asked) == before
        assert codes[0] == "INVALID_CREDENTIALS"
        assert codes[-1] == "RATE_LIMITED"


@pytest.mark.parametrize(
    ("spoil", "mend"),
    [
        ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE"),
        ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"),
    ],
    ids=["replica", "full"],
)
async def test_314_one_that_takes_no_writes_is_told_of_until_it_does(
    spoil: str, mend: str, auth: Subgraph, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers a PING all the same. That it is mended is found out though nobody signs in."""
    await auth.register(ANNA)
    client: Any = Client.from_url(redis.url)  # whose commands have no types
    await client.execute_command(*spoil.split())
    codes = [(await auth.login(ANNA, WRONG)).code for _ in range(15)]
    assert (codes[0], codes[-1]) == ("INVALID_CREDENTIALS", "RATE_LIMITED")
    assert await readiness(auth) == (200, "degraded")
    assert "limits_store_away 1.0" in (await auth.http.get("/metrics")).text

    monkeypatch.setattr(optional_store, "ASK_AGAIN_SECONDS", 0.0)
    await client.execute_command(*mend.split())
    await client.aclose()
    await until_well(auth)
    assert "limits_store_away 0.0" in (await auth.http.get("/metrics")).text


async def test_313_a_redis_that_hangs_keeps_one_waiting_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(optional_store, "ASK_AGAIN_SECONDS", 0.0)
    monkeypatch.setitem(attempts.TIMEOUTS, "socket_timeout", 0.2)
    async with false_redis(None) as (url, asked):
        limiter = attempts.RateLimiter(url)
        limit = attempts.Limit(1_000, 60, "hanging")
        await limiter.take(limit, "a")
        each = len(asked)
        await asyncio.gather(*(limiter.take(limit, "a") for _ in range(20)))
        assert len(asked) == 2 * each
        await limiter.close()
