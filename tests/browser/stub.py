"""A gateway of a few fields behind the explorer: what the page does, as the server sees it."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from graphql import GraphQLError, build_schema, graphql_sync
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.explorer import explorer_page, explorer_routes, load_explorer_config

SCHEMA = build_schema("""
scalar Date
scalar DateTime
type Query {
  things: [Thing!]! echo(text: String): String me: String
  stock: StockConnection! fail(code: String!, path: String, text: String): String
}
type Thing { id: ID! size: Int! }
type StockConnection { edges: [StockEdge!]! pageInfo: PageInfo! }
type StockEdge { node: Item! }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type Item { name: String! price: Money! since: DateTime! tags: [String!]! shelves: [Shelf!]! }
type Money { amount: String! currency: String! }
type Shelf { row: Int! }
type Mutation {
  enter(name: String!, secret: String!): Tickets renew(ticket: String!): Tickets
  paint(id: ID!, size: Int, at: String): Thing
  order(input: Order!): String
}
type Tickets { access: String! renewal: String! seconds: Int! }
enum Colour { RED GREEN BLUE }
input Box { width: Int! note: String }
input Order {
  name: String! colour: Colour day: Date at: DateTime count: Int
  fragile: Boolean colours: [Colour!] tags: [String!] box: Box
}
""")
STOCK = [
    {
        "name": name,
        "price": {"amount": amount, "currency": "EUR"},
        "since": since,
        "tags": tags,
        "shelves": [{"row": row} for row in rows],
    }
    for name, amount, since, tags, rows in (
        ("Rye loaf", "2.60", "2026-07-01T16:30:00Z", ["bread", "dark"], [1, 2]),
        ("Bun", "0.40", "2026-12-24T07:05:00Z", [], []),
    )
]
PLAN = {
    "text": "Fetch(things)",
    "fetches": [
        {
            "id": id_,
            "subgraph": subgraph,
            "after": after,
            "requests": 0 if ms is None else 1,
            "representations": 5 * len(after),
            "uniqueRepresentations": 3 * len(after),
            "startMs": start,
            "ms": ms,
            "failure": failure,
        }
        for id_, (subgraph, after, start, ms, failure) in enumerate(
            (
                ("shop", [], 0.2, 12.4, None),
                ("people", [0], 13.0, 20.0, None),
                ("stock", [0], 13.0, 30.0, "TIMEOUT"),
                ("mail", [1], None, None, None),
            )
        )
    ],
}
FOLDER = Path(__file__).parent / "stub_explorer"
SECRET = "Rosebud-1941"


@dataclass
class StubGateway:
    """Its knobs, and what it saw."""

    origin: str = ""
    seconds: int = 900
    renewals: int = 0
    renewed: asyncio.Event = field(default_factory=asyncio.Event)
    refuse_renewal: bool = False
    expired: set[str] = field(default_factory=set)
    plan: dict[str, Any] | str | None = field(default_factory=lambda: PLAN)
    schema_for_all: bool = True

    def tickets(self, name: str, seconds: int = 900) -> dict[str, Any]:
        claims = {"roles": ["painter" if name[0] == "b" else "viewer"], "jti": time.time_ns()}
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        return {"access": f"h.{body}.{name}", "renewal": f"r-{name}", "seconds": seconds}

    async def endpoint(self, request: Request) -> Response:
        """Answer POST as a gateway does, GET with the page."""
        if request.method == "GET":
            return explorer_page(self.config)
        assert request.headers["content-type"] == "application/json"
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token in self.expired:
            return _refused("The token has expired.", "UNAUTHENTICATED", reason="expired")
        operation = await request.json()
        if "__schema" in operation["query"] and not (self.schema_for_all or token):
            return _refused("Introspection needs an access token.", "UNAUTHENTICATED")
        return JSONResponse(self.answer(operation, token, request.headers.get("x-query-plan")))

    def answer(self, operation: dict[str, Any], token: str, plan: str | None) -> dict[str, Any]:
        result = graphql_sync(
            SCHEMA,
            operation["query"],
            self.root(token.rpartition(".")[2] or None),
            variable_values=operation.get("variables"),
            operation_name=operation.get("operationName"),
        )
        answer = dict(result.formatted)
        if plan == "true" and self.plan is not None:
            answer["extensions"] = {"queryPlan": self.plan}
        return answer

    def root(self, name: str | None) -> dict[str, Any]:
        def enter(_info: Any, name: str, secret: str) -> dict[str, Any]:
            if secret != SECRET:
                raise GraphQLError("Name or secret is wrong.")
            return self.tickets(name, self.seconds)

        def renew(_info: Any, ticket: str) -> dict[str, Any]:
            self.renewals += 1
            self.renewed.set()
            if self.refuse_renewal:
                raise GraphQLError("The ticket is void.", extensions={"code": "TICKET_VOID"})
            return self.tickets(ticket.removeprefix("r-"))

        def fail(_info: Any, code: str, path: str | None = None, text: str | None = None) -> None:
            violations = {"violations": [{"path": path, "message": "Too long."}]} if path else {}
            raise GraphQLError(text or "It failed.", extensions={"code": code, **violations})

        def order(_info: Any, input: dict[str, Any]) -> str:  # noqa: A002
            return json.dumps(input)

        return {
            "stock": {
                "edges": [{"node": node} for node in STOCK],
                "pageInfo": {"hasNextPage": True, "endCursor": "next"},
            },
            "fail": fail,
            "order": order,
            "things": [{"id": "t1", "size": 3}, {"id": "t2", "size": 4}],
            "echo": lambda _info, text=None: text,
            "me": name,
            "enter": enter,
            "renew": renew,
            "paint": lambda _info, id, size=None, at=None: {"id": id, "size": size},  # noqa: A006
        }

    @property
    def config(self) -> Any:
        return load_explorer_config(FOLDER, demo_accounts=True)


def _refused(message: str, code: str, **more: str) -> Response:
    error = {"message": message, "extensions": {"code": code, **more}}
    return JSONResponse({"errors": [error]}, status_code=401)


@asynccontextmanager
async def serving(stub: StubGateway) -> AsyncIterator[StubGateway]:
    """Serve a stub on a free port for as long as the block runs."""
    app = Starlette(
        routes=[
            Route("/graphql", stub.endpoint, methods=["GET", "POST"]),
            *explorer_routes(stub.config),
        ]
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    stub.origin = f"http://127.0.0.1:{port}"
    yield stub
    server.should_exit = True
    await task
