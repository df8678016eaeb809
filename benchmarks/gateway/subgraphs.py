"""The four subgraphs on one port: each body is executed once, from then on its bytes are sent.

python -m benchmarks.gateway.subgraphs      (prints its port)

So a subgraph costs next to nothing beside a gateway. ``GET /count`` tells how many requests there
were, ``GET /delay/5`` lets every answer wait 5 ms from now on, ``GET /anew/1`` gives each answer
bytes of its own, by a number in its first name.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any, cast

import httptools
import orjson
import uvloop
from graphql import GraphQLSchema, build_schema, graphql_sync

from benchmarks.gateway.data import (
    PRODUCTS,
    REVIEWS,
    USERS,
    Record,
    reviews_of_product,
    reviews_of_user,
    shipping_estimate,
)
from benchmarks.gateway.graph import SDL

_MOST_KEPT = 50_000
_NAME = b'"name":"'
_FEDERATION = """
    directive @key(fields: String!) on OBJECT
    directive @external on FIELD_DEFINITION
    directive @requires(fields: String!) on FIELD_DEFINITION
    directive @provides(fields: String!) on FIELD_DEFINITION
    directive @shareable on FIELD_DEFINITION
    scalar _Any
"""
_ENTITIES = """
    union _Entity = {types}
    {extend}type Query {{ _entities(representations: [_Any!]!): [_Entity]! }}
"""
_BY_ID = {
    "User": {user["id"]: user for user in USERS},
    "Product": {product["upc"]: product for product in PRODUCTS},
    "Review": {review["id"]: review for review in REVIEWS},
}


def _schema(sdl: str) -> GraphQLSchema:
    types = [name for name in _BY_ID if f"type {name} @key" in sdl]
    extend = "extend " if "type Query" in sdl else ""
    return build_schema(
        _FEDERATION + sdl + _ENTITIES.format(types=" | ".join(types), extend=extend)
    )


def _user(user: Record) -> Record:
    return {**user, "reviews": lambda _info: [_review(r) for r in reviews_of_user(user["id"])]}


def _product(product: Record) -> Record:
    upc = product["upc"]
    return {**product, "reviews": lambda _info: [_review(r) for r in reviews_of_product(upc)]}


def _review(review: Record) -> Record:
    return {
        **review,
        "product": lambda _info: _product(_BY_ID["Product"][review["upc"]]),
        "author": lambda _info: _user(_BY_ID["User"][review["user_id"]]),
    }


def _entity(representation: Record) -> Record:
    """An object by its key. What was required of another subgraph is in the representation."""
    name = representation["__typename"]
    key = representation["upc" if name == "Product" else "id"]
    known = _BY_ID[name][key]
    if name == "Product":
        price, weight = representation.get("price"), representation.get("weight")
        return {**_product(known), "shippingEstimate": shipping_estimate(price, weight)}
    return _user(known) if name == "User" else _review(known)


_ROOT: dict[str, Any] = {
    "me": USERS[0],
    "users": USERS,
    "user": lambda _info, id: _BY_ID["User"].get(id),  # noqa: A006  the argument's name
    "topProducts": lambda _info, first: PRODUCTS[:first],
    "catalogue": lambda _info, first: PRODUCTS[:first],
    "_entities": lambda _info, representations: [_entity(each) for each in representations],
}
_SCHEMAS = {name: _schema(sdl) for name, sdl in SDL.items()}


def execute(subgraph: str, body: bytes) -> bytes:
    """Answer a request's body with a response's."""
    request = orjson.loads(body)
    result = graphql_sync(
        _SCHEMAS[subgraph],
        request["query"],
        _ROOT,
        variable_values=request.get("variables"),
        operation_name=request.get("operationName"),
    )
    if result.errors:
        sys.stderr.write(f"{subgraph}: {request}: {result.errors}\n")
    return orjson.dumps(result.formatted)


class Subgraphs:
    """What all connections share."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, bytes], bytes] = {}
        self.count = 0
        self.delay = 0.0
        self.anew = False

    def answer(self, path: str, body: bytes) -> bytes:
        """Return a whole HTTP response."""
        name, _, value = path.strip("/").partition("/")
        if name == "count":
            return _response(orjson.dumps(self.count))
        if name == "delay":
            self.delay = float(value) / 1_000
            return _response(b"{}")
        if name == "anew":
            self.anew = value == "1"
            return _response(b"{}")
        self.count += 1
        response = self.kept.get((name, body))
        if response is None:
            response = _response(execute(name, body))
            if len(self.kept) < _MOST_KEPT:
                self.kept[name, body] = response
        if self.anew:
            answer = response.partition(b"\r\n\r\n")[2]
            return _response(answer.replace(_NAME, b"%s%d " % (_NAME, self.count), 1))
        return response


def _response(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % len(body) + body


class Connection(asyncio.Protocol):
    """One kept connection; the callbacks' names are httptools'."""

    def __init__(self, subgraphs: Subgraphs) -> None:
        self.subgraphs = subgraphs
        self.parser = httptools.HttpRequestParser(self)
        self.url = b""
        self.body = b""
        self.write: Callable[[bytes], None] = lambda _data: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.write = cast("asyncio.Transport", transport).write

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_begin(self) -> None:
        self.url = self.body = b""

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        response = self.subgraphs.answer(self.url.decode(), self.body)
        if self.subgraphs.delay:
            asyncio.get_running_loop().call_later(self.subgraphs.delay, self.write, response)
        else:
            self.write(response)


async def _serve() -> None:
    subgraphs = Subgraphs()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(subgraphs), "127.0.0.1", 0, backlog=1_024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve())
