"""Large answers that come at once: so many are worked on together, the others are told at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.request import room
from gateway.request.gathered import LARGE
from tests.testkit.differential import supergraph_of
from tests.testkit.gateway import RunningGateway, codes, running_gateway
from tests.testkit.subgraphs import Body, InMemorySubgraphs

SDL = supergraph_of(
    {
        "one": "type Query { list: [A!] few: Int } type Mutation { all: [A!] } "
        'type A @key(fields: "id") { id: ID x: Int }',
        "two": 'type A @key(fields: "id") { id: ID y: Int }',
    }
)
ROWS = [{"__typename": "A", "id": str(n), "x": n} for n in range(LARGE // 20)]
QUERY = "{ list { id y } }"


class House:
    """Subgraphs of which the second answers when it may."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.waiting = 0
        self.subgraphs = InMemorySubgraphs(one=self.one, two=self.two)

    def one(self, body: Body) -> Any:
        field = "all" if "mutation" in body["query"] else "list"
        rows = {field: ROWS} if "list" in body["query"] else {"few": 1}
        return {"data": {field: ROWS} if field == "all" else rows}

    async def two(self, body: Body) -> Any:
        self.waiting += 1
        await self.may_answer.wait()
        asked = next(iter(body["variables"].values()))
        return {"data": {"_entities": [{"y": int(each["id"])} for each in asked]}}


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def gateway(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RunningGateway]:
    path = tmp_path / "supergraph.graphql"
    path.write_text(SDL)
    monkeypatch.setattr(room, "MOST_BYTES", 2 * LARGE)
    times = {"request": 600}
    async with running_gateway(path, house.subgraphs, times=times) as gateway:
        yield gateway
    assert room.room.held == 0


async def until_waiting(house: House, count: int) -> None:
    async with asyncio.timeout(60):
        while house.waiting < count:
            await asyncio.sleep(0.01)


async def test_what_there_is_no_room_for_is_told_to_come_back(
    gateway: RunningGateway, house: House
) -> None:
    first = asyncio.create_task(gateway.ask(QUERY))
    await until_waiting(house, 1)
    refused = await gateway.client.post("/graphql", json={"query": QUERY})
    small = await gateway.ask("{ few }")
    passing = await gateway.ask("{ list { id x } }")
    house.may_answer.set()
    answer = await first
    again = await gateway.ask(QUERY)
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "1"
    assert codes(refused.json()) == ["UNAVAILABLE"]
    assert refused.json()["errors"][0]["extensions"]["retryable"] is True
    assert small == {"data": {"few": 1}}
    assert len(passing["data"]["list"]) == len(ROWS)
    for whole in (answer, again):
        assert [row["y"] for row in whole["data"]["list"]] == list(range(len(ROWS)))


async def test_what_a_mutation_did_is_told_whatever_room_there_is(
    gateway: RunningGateway, house: House
) -> None:
    first = asyncio.create_task(gateway.ask(QUERY))
    await until_waiting(house, 1)
    changing = asyncio.create_task(gateway.ask("mutation { all { id y } }"))
    await until_waiting(house, 2)
    house.may_answer.set()
    answers = await asyncio.gather(first, changing)
    assert ["errors" in answer for answer in answers] == [False, False]


async def test_a_batch_holds_room_as_others_do(gateway: RunningGateway, house: House) -> None:
    first = asyncio.create_task(gateway.ask(QUERY))
    await until_waiting(house, 1)
    two = [{"query": QUERY}, {"query": "{ few }"}]
    answers = (await gateway.client.post("/graphql", json=two)).json()
    house.may_answer.set()
    await first
    assert codes(answers[0]) == ["UNAVAILABLE"]
    assert answers[1] == {"data": {"few": 1}}


@pytest.mark.parametrize("ending", ["cancelled", "late"])
async def test_however_an_answer_ends_its_room_is_free_again(
    gateway: RunningGateway, house: House, ending: str
) -> None:
    first = asyncio.create_task(gateway.ask(QUERY))
    await until_waiting(house, 1)
    if ending == "cancelled":
        first.cancel()
        await asyncio.wait({first})
    async with asyncio.timeout(60):
        while room.room.held and ending == "cancelled":
            await asyncio.sleep(0.01)
    house.may_answer.set()
    if ending == "late":
        await first
    assert "errors" not in await gateway.ask(QUERY)
