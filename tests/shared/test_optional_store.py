"""What a server does without for a while."""

import asyncio

import pytest

from shared import optional_store
from shared.errors import RateLimited
from shared.optional_store import OptionalStore


async def fails() -> str:
    raise ConnectionError


async def otherwise() -> str:
    return "otherwise"


async def answers() -> str:
    return "answered"


async def test_of_many_that_come_one_finds_out_if_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(optional_store, "ASK_AGAIN_SECONDS", 0.0)
    store, told = OptionalStore("a store"), list[bool]()
    store.tell = told.append
    asked, is_back = 0, asyncio.Event()

    async def hangs() -> str:
        nonlocal asked
        asked += 1
        await is_back.wait()
        return "answered"

    assert await store.ask(fails, otherwise) == "otherwise"
    for again in range(1, 4):
        one = asyncio.create_task(store.ask(hangs, otherwise))
        await asyncio.sleep(0)
        others = await asyncio.gather(*(store.ask(hangs, otherwise) for _ in range(20)))
        assert set(others) == {"otherwise"}
        assert asked == again
        one.cancel()  # its client has gone: the next one finds out
        await asyncio.gather(one, return_exceptions=True)
    is_back.set()
    assert await store.ask(hangs, otherwise) == "answered"
    assert set(await asyncio.gather(*(store.ask(hangs, otherwise) for _ in range(20)))) == {
        "answered"
    }
    assert told == [True, False]


async def test_a_slow_one_is_away_until_it_answers_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    store = OptionalStore("a store")
    monkeypatch.setattr(optional_store, "SLOW_SECONDS", 0.0)
    assert {await store.ask(answers, otherwise) for _ in range(3)} == {"answered"}
    assert await store.ask(answers, otherwise) == "otherwise"
    monkeypatch.setattr(optional_store, "ASK_AGAIN_SECONDS", 0.0)
    store._away_until = 0.0
    assert await store.ask(answers, otherwise) == "answered"
    assert store.is_away
    monkeypatch.setattr(optional_store, "SLOW_SECONDS", 60.0)
    assert await store.ask(answers, otherwise) == "answered"
    assert not store.is_away


async def test_a_refusal_is_an_answer() -> None:
    store = OptionalStore("a store")

    async def refuses() -> str:
        raise RateLimited(1)

    with pytest.raises(RateLimited):
        await store.ask(refuses, otherwise)
    assert not store.is_away
