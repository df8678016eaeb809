"""Keys fetched by URL: once for all, renewed, served stale, never hammered."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey

from shared.tokens import RemoteKeys, TokenNotJudged

FIRST = ECKey.generate_key("P-256")
SECOND = ECKey.generate_key("P-256")


class Issuer:
    """An issuer in process: what it publishes, how often it was asked, and whether it is there."""

    def __init__(self) -> None:
        self.keys = [FIRST]
        self.requests = 0
        self.answer: Any = None
        self.is_down = False
        self.is_moving = asyncio.Event()
        self.is_moving.set()
        self.now = 0.0

    async def handle(self, _request: httpx2.Request) -> httpx2.Response:
        self.requests += 1
        await asyncio.sleep(0)
        await self.is_moving.wait()
        if self.is_down:
            raise httpx2.ConnectError("down")
        if self.answer is not None:
            return httpx2.Response(200, content=self.answer)
        entries = [{**key.as_dict(private=False), "kid": key.thumbprint()} for key in self.keys]
        return httpx2.Response(200, json={"keys": entries})


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
async def keys(issuer: Issuer) -> AsyncIterator[RemoteKeys]:
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(issuer.handle))
    keys = RemoteKeys("http://auth.test/jwks", client=client, monotonic=lambda: issuer.now)
    yield keys
    await keys.close()


async def finds(keys: RemoteKeys, key: ECKey) -> bool:
    return await keys.key(key.thumbprint(), "ES256") is not None


async def test_one_fetch_serves_all_who_wait(keys: RemoteKeys, issuer: Issuer) -> None:
    assert all(await asyncio.gather(*(finds(keys, FIRST) for _ in range(50))))
    assert issuer.requests == 1


async def test_a_waiter_that_is_cancelled_ends_it_for_nobody_else(
    keys: RemoteKeys, issuer: Issuer
) -> None:
    first = asyncio.create_task(finds(keys, FIRST))
    second = asyncio.create_task(finds(keys, FIRST))
    await asyncio.sleep(0)
    first.cancel()
    assert await second
    assert issuer.requests == 1


async def test_keys_are_renewed_after_five_minutes_without_making_anyone_wait(
    keys: RemoteKeys, issuer: Issuer
) -> None:
    await finds(keys, FIRST)
    issuer.keys = [SECOND]
    issuer.now = 299
    assert await finds(keys, FIRST)
    assert issuer.requests == 1
    issuer.now = 301
    assert await finds(keys, FIRST)
    for _ in range(10):
        await asyncio.sleep(0)
    assert issuer.requests == 2
    assert keys.generation == 2
    assert await finds(keys, SECOND)


async def test_an_unknown_kid_causes_at_most_one_fetch_an_interval(
    keys: RemoteKeys, issuer: Issuer
) -> None:
    await finds(keys, FIRST)
    issuer.now = 31
    for _ in range(20):
        assert not await finds(keys, SECOND)
    assert issuer.requests == 2
    issuer.keys = [FIRST, SECOND]
    issuer.now = 62
    assert await finds(keys, SECOND)
    assert issuer.requests == 3


async def test_a_new_key_is_known_to_all_who_show_it_at_once(
    keys: RemoteKeys, issuer: Issuer
) -> None:
    await finds(keys, FIRST)
    issuer.keys = [FIRST, SECOND]
    issuer.now = 31
    assert all(await asyncio.gather(*(finds(keys, SECOND) for _ in range(20))))
    assert issuer.requests == 2


async def test_a_new_key_is_known_to_whoever_comes_first_after_a_quiet_night(
    keys: RemoteKeys, issuer: Issuer
) -> None:
    """Whose coming has the keys renewed beside it."""
    await finds(keys, FIRST)
    issuer.keys = [FIRST, SECOND]
    issuer.now = 8 * 3600
    assert await finds(keys, SECOND)
    assert issuer.requests == 2


async def test_stale_keys_keep_working_for_a_day(keys: RemoteKeys, issuer: Issuer) -> None:
    await finds(keys, FIRST)
    issuer.is_down = True
    issuer.now = 24 * 3600 - 1
    assert await finds(keys, FIRST)
    issuer.now = 24 * 3600 + 60
    with pytest.raises(TokenNotJudged):
        await finds(keys, FIRST)


async def test_unreachable_at_start_then_there(
    keys: RemoteKeys, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.is_down = True
    for _ in range(5):
        with pytest.raises(TokenNotJudged):
            await finds(keys, FIRST)
    assert issuer.requests == 1
    issuer.is_down = False
    issuer.now = 2
    monkeypatch.setattr("shared.tokens.jwks.PATIENCE_SECONDS", 60)
    assert await finds(keys, FIRST)


async def test_after_a_failure_an_issuer_that_hangs_holds_nobody_up(
    keys: RemoteKeys, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.is_down = True
    with pytest.raises(TokenNotJudged):
        await finds(keys, FIRST)
    monkeypatch.setattr("shared.tokens.jwks.PATIENCE_SECONDS", 0)
    issuer.is_down = False
    issuer.is_moving.clear()
    issuer.now = 2
    with pytest.raises(TokenNotJudged):
        await finds(keys, FIRST)
    issuer.is_moving.set()
    async with asyncio.timeout(30):
        while not keys.generation:
            await asyncio.sleep(0)
    assert await finds(keys, FIRST)
    assert issuer.requests == 2


@pytest.mark.parametrize("answer", [b"<html>", b'{"keys": []}', b"[]", b'{"keys"', b"x" * 300_000])
async def test_an_answer_that_is_no_key_set(
    keys: RemoteKeys, issuer: Issuer, answer: bytes
) -> None:
    issuer.answer = answer
    with pytest.raises(TokenNotJudged):
        await finds(keys, FIRST)
