"""Queries are held back while a subgraph is known to take no more; mutations never are."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.subgraphs.config import SubgraphConfig
from gateway.subgraphs.http1 import Http1Subgraph
from gateway.subgraphs.protocol import SubgraphReply, SubgraphTimeout
from gateway.subgraphs.window import FEWEST, Window
from tests.gateway.subgraphs.conftest import post

SERVED = SubgraphReply(200, b'{"data":{}}')
BUSY = SubgraphReply(503, b"{}", {"retry-after": ("3600",)})


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is to come back later is held back for as long as that is: no clock ends it."""
    monkeypatch.setattr("gateway.subgraphs.window._LONGEST_SECONDS", 3_600.0)


class Service(Http1Subgraph):
    """Takes on so many at once, holds them until told, and turns the others away."""

    def __init__(self, room: int, observer: Any = None) -> None:
        super().__init__(SubgraphConfig("http://127.0.0.1:1/", concurrency=1_000), observer)
        self.room = room
        self.asked = 0
        self.taken: list[asyncio.Future[SubgraphReply]] = []

    async def _post(self, *_: Any) -> SubgraphReply:
        self.asked += 1
        await asyncio.sleep(0)
        if len(self.taken) >= self.room:
            return BUSY
        end: asyncio.Future[SubgraphReply] = asyncio.get_running_loop().create_future()
        self.taken.append(end)
        try:
            return await end
        finally:
            self.taken.remove(end)


async def asked(service: Service, count: int, *, is_query: bool = True) -> list[Any]:
    """Send so many; those that are not taken on are done when this returns."""
    request = post(seconds=60, is_query=is_query)
    tasks = [asyncio.create_task(service.send(request)) for _ in range(count)]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


@pytest.mark.usefixtures("hours")
async def test_a_crowd_learns_how_many_are_taken_on_and_the_others_hear_it_here() -> None:
    service = Service(room=10)
    first = await asked(service, 200)
    assert [task.result().status for task in first if task.done()] == [503] * 190
    assert service.asked == 200
    more = await asked(service, 500)
    assert service.asked == 200
    for task in more:
        reply = task.result()
        assert (reply.status, reply.headers["retry-after"]) == (503, ("3600",))
    for end in service.taken[:2]:
        end.set_result(SERVED)
    await asyncio.sleep(0)
    await asked(service, 500)
    assert (service.asked, len(service.taken)) == (202, 10)
    await end_all(service)


async def end_all(service: Service) -> None:
    for end in list(service.taken):
        end.set_result(SERVED)
    for _ in range(5):
        await asyncio.sleep(0)
    assert service._window.under_way == 0


@pytest.mark.usefixtures("hours")
async def test_mutations_are_sent_and_count_for_nothing() -> None:
    service = Service(room=4)
    await asked(service, 50)
    before = service.asked
    await asked(service, 20, is_query=False)
    assert service.asked == before + 20
    assert service._window.under_way == 4
    await end_all(service)


@pytest.mark.usefixtures("hours")
async def test_a_held_back_query_is_seen_in_metrics() -> None:
    heard: list[tuple[str, str]] = []

    class Observer:
        def attempted(self, subgraph: str, outcome: str, seconds: float) -> None:
            heard.append((subgraph, outcome))

        def breaker_changed(self, *_: Any) -> None: ...

    service = Service(room=4, observer=Observer())
    await asked(service, 10)
    await asked(service, 3)
    assert heard.count((post().subgraph, "held back")) == 3
    await end_all(service)


@pytest.mark.usefixtures("hours")
async def test_cancelled_and_failed_queries_make_room() -> None:
    service = Service(room=FEWEST)
    tasks = [task for task in await asked(service, 20) if not task.done()]
    assert len(tasks) == service._window.under_way == FEWEST
    tasks[0].cancel()
    service.taken[1].set_exception(SubgraphTimeout("late"))
    await asyncio.wait(tasks[:2])
    assert service._window.under_way == FEWEST - 2
    await end_all(service)
    await asyncio.gather(*tasks, return_exceptions=True)


def full(under_way: int, told: str = "1") -> Window:
    window = Window()
    window.under_way = under_way
    window.answered(SubgraphReply(503, b"", {"retry-after": (told,)}), now=0.0)
    return window


def test_it_grows_by_a_query_for_four_that_are_served() -> None:
    window = full(8)
    for _ in range(4):
        assert window.is_full(0.5)
        window.answered(SERVED, 0.5)
    assert not window.is_full(0.5)
    window.under_way = 9
    assert window.is_full(0.5)


def test_a_few_always_go_through() -> None:
    window = full(0)
    window.under_way = FEWEST - 1
    assert not window.is_full(0.5)


@pytest.mark.parametrize(("told", "ends"), [("1", 1.0), ("3600", 5.0), ("soon", 1.0)])
def test_it_is_gone_when_none_was_turned_away_for_as_long_as_it_asked(
    told: str, ends: float
) -> None:
    window = full(8, told)
    assert window.is_full(ends - 0.1)
    assert not window.is_full(ends)
    window.under_way = 1_000
    assert not window.is_full(ends)


def test_a_503_that_does_not_say_when_to_come_back_means_something_else() -> None:
    window = Window()
    window.under_way = 8
    window.answered(SubgraphReply(503, b""), 0.0)
    assert not window.is_full(0.0)
