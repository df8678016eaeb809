"""A bare uvicorn application that forwards bodies by the gateway's client: the floor.

python -m benchmarks.gateway.bare --url http://127.0.0.1:5000/products --port 5001

No GraphQL, no checks, no metrics: the body goes to the subgraph as it came, with the headers that
the gateway forwards, and the reply's bytes come back.
"""

from __future__ import annotations

import argparse
import asyncio

import uvicorn
from starlette.types import Receive, Scope, Send

from gateway.subgraphs import SubgraphConfig
from gateway.subgraphs.http1 import Http1Subgraph
from gateway.subgraphs.protocol import SubgraphRequest

_FORWARDED = (b"authorization", b"x-request-id")


class Bare:
    """The application."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client: Http1Subgraph | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.client is None:
            self.client = Http1Subgraph(SubgraphConfig(self.url))
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = {n.decode(): v.decode() for n, v in scope["headers"] if n in _FORWARDED}
        deadline = asyncio.get_running_loop().time() + 30
        reply = await self.client.send(SubgraphRequest("products", body, headers, deadline))
        start = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(reply.body)),
        ]
        await send({"type": "http.response.start", "status": reply.status, "headers": start})
        await send({"type": "http.response.body", "body": reply.body})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    uvicorn.run(
        Bare(options.url),
        port=options.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
