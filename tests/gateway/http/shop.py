"""Two small subgraphs behind the gateway: a shop and its stock."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.testkit.subgraphs import GraphQLSubgraph, InMemorySubgraphs

SUPERGRAPH = Path(__file__).with_name("supergraph.graphql")

SHOP = """
type Query { item(id: ID!): Item items(first: Int = 10): [Item!]! hello(name: String): String }
type Mutation { rename(id: ID!, name: String!): Item }
type Item @key(fields: "id") { id: ID! name: String related(first: Int): [Item!] }
"""
STOCK = """
type Item @key(fields: "id") { id: ID! count: Int }
"""


class Shop:
    """The data, and what the tests steer: ``seconds`` each request takes, and ``may_answer``.

    ``asked``: a request has come.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.names: dict[str, str] = {str(i): f"item {i}" for i in range(5)}
        self.renamed: list[str] = []
        self.ended = 0
        self.cancelled = 0
        shop = GraphQLSubgraph(
            SHOP,
            {
                "Query.item": lambda _s, _i, id: self.item(id),  # noqa: A006
                "Query.items": lambda _s, _i, first: [
                    self.item(i) for i in list(self.names)[:first]
                ],
                "Query.hello": lambda _s, _i, name=None: f"hello {name}",
                "Mutation.rename": lambda _s, _i, id, name: self.rename(id, name),  # noqa: A006
            },
            {"Item": lambda representation: self.item(representation["id"])},
        )
        stock = GraphQLSubgraph(
            STOCK, entities={"Item": lambda r: {"id": r["id"], "count": int(r["id"]) * 10}}
        )
        self.subgraphs = InMemorySubgraphs(shop=self.slowly(shop), stock=self.slowly(stock))

    def slowly(self, handler: GraphQLSubgraph) -> Any:
        async def answer(body: dict[str, Any]) -> dict[str, Any]:
            try:
                self.asked.set()
                await asyncio.sleep(self.seconds)
                await self.may_answer.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
            answered = await handler(body)
            self.ended += 1
            return answered

        return answer

    def item(self, key: str) -> dict[str, str] | None:
        return {"id": key, "name": self.names[key]} if key in self.names else None

    def rename(self, key: str, name: str) -> dict[str, str] | None:
        self.names[key] = name
        self.renamed.append(name)
        return self.item(key)
