"""However a large answer ends, garbage is collected as before."""

from __future__ import annotations

import asyncio
import gc
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from gateway.config.settings import GatewaySettings, TimeSettings
from gateway.http.app import create_app
from gateway.request.gathered import LARGE
from gateway.runtime.completion import all_completed
from gateway.subgraphs.protocol import SubgraphUnreachable
from tests.gateway.http.hanging_up import hang_up
from tests.testkit.differential import supergraph_of
from tests.testkit.subgraphs import InMemorySubgraphs

SDL = supergraph_of(
    {
        "one": "type Query { list: [A!]! } type Mutation { all: [A!]! } "
        'type A @key(fields: "id") { id: ID x: String }',
        "two": 'type A @key(fields: "id") { id: ID y: String! }',
        "three": 'type A @key(fields: "id") { id: ID z: String }',
    }
)
NUMBERS = range(100)
TEXT = "t" * (LARGE // 50)
QUERIES = ["{ list { id x } }", "{ list { y x } }", "{ list { y z id } }", "{ list { z y } }"]
BODIES: list[Any] = [
    *({"query": query} for query in QUERIES),
    {"query": "mutation { all { x y z } }"},
    [{"query": query} for query in QUERIES],
    [{"query": "{ list { y } }"}, {"query": "{ list { a: y } }"}],
    [{"query": "{ list { y } }"}] * 2,
]
EXPLAINED = (b"x-query-plan", b"true")


class Lists:
    """Subgraphs with large answers, which take a while, fail, or say what was not asked."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.under_way = 0
        self.subgraphs = InMemorySubgraphs(
            one=self.answering({key: self.entities("x") for key in ("list", "all")}),
            two=self.answering({"_entities": self.entities("y")}),
            three=self.answering({"_entities": self.entities("z")}),
        )

    @staticmethod
    def entities(field: str) -> list[Any]:
        return [{"__typename": "A", "id": str(number), field: TEXT} for number in NUMBERS]

    def answering(self, data: dict[str, Any]) -> Any:
        async def answer(_: Any) -> dict[str, Any]:
            self.under_way += 1
            try:
                await asyncio.sleep(self.random.uniform(0, 0.03))
            finally:
                self.under_way -= 1
            chance = self.random.random()
            if chance < 0.05:
                raise SubgraphUnreachable("gone")
            return {"data": {"_entities": [5, TEXT * 60]}} if chance < 0.1 else {"data": data}

        return answer


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_clients_that_hang_up_at_any_moment(seed: int, tmp_path: Path) -> None:
    usual, random = gc.get_threshold(), Random(seed)
    lists, supergraph = Lists(random), tmp_path / "supergraph.graphql"
    supergraph.write_text(SDL)
    settings = GatewaySettings(
        supergraph=str(supergraph), supergraph_poll_seconds=0, times=TimeSettings(request=0.15)
    )
    app, seen = create_app(settings, subgraphs=lists.subgraphs), set[tuple[int, int, int]]()
    async with app.router.lifespan_context(app):
        # A machine may be too slow for any large answer to begin before its time is up.
        for number in range(200):
            if number >= 12 and len(seen) == 2:
                break
            asked = [
                asyncio.create_task(
                    hang_up(
                        app,
                        random.choice(BODIES),
                        partial(asyncio.sleep, random.uniform(0, 0.2)),
                        EXPLAINED,
                    )
                )
                for _ in range(8)
            ]
            while any(not each.done() for each in asked):
                seen.add(gc.get_threshold())
                await asyncio.sleep(0.001)
            await asyncio.gather(*asked)
        await all_completed()
        while lists.under_way:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert len(seen) == 2
        assert gc.get_threshold() == usual
