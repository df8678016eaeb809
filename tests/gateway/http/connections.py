"""A connection without a socket: the server's own protocol over a transport that keeps bytes."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, cast

import uvicorn
from uvicorn.server import ServerState

from gateway.http.protocol import GatewayProtocol, protocol_with
from tests.testkit.gateway import RunningGateway

QUERY = {"query": "query Names { items { id name count } }"}
PATIENCE_SECONDS = 3_600
"""A busy machine may hold a test between two lines: no connection is late or idle meanwhile."""
NAMED = {"query": "query($n: String) { hello(name: $n) }", "variables": {"n": "you"}}


def request(
    body: Any = QUERY, *, method: str = "POST", path: str = "/graphql", **headers: str
) -> bytes:
    """Return a request's bytes; ``headers`` in snake case, "" leaves one out."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"content_type": "application/json", "content_length": str(len(content)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in given.items() if value]
    head = "\r\n".join([f"{method} {path} HTTP/1.1", "host: x", *lines])
    return head.encode() + b"\r\n\r\n" + content


def without_id(answer: bytes) -> bytes:
    """An answer but for the id that the gateway gave its request."""
    return re.sub(rb'(x-request-id: |requestId":")[0-9a-f]{32}', rb"\1", answer)


class KeptBytes:
    """A transport."""

    def __init__(self) -> None:
        self.written = b""
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.written += data

    def writelines(self, pieces: tuple[bytes, ...]) -> None:
        self.written += b"".join(pieces)

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def can_write_eof(self) -> bool:
        return False

    def get_extra_info(self, _name: str) -> None:
        return None

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class Connection:
    """One client's connection to ``gateway``; ``straight``: whether it may take that path."""

    def __init__(self, gateway: RunningGateway, *, straight: bool = True) -> None:
        path = gateway.app.state.straight if straight else None
        config = uvicorn.Config(
            gateway.app,
            http=protocol_with(PATIENCE_SECONDS, path),
            timeout_keep_alive=PATIENCE_SECONDS,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
        )
        config.load()
        self.transport = KeptBytes()
        self.protocol = cast("type[GatewayProtocol]", config.http_protocol_class)(
            config=config, server_state=ServerState(), app_state={}
        )
        self.protocol.connection_made(cast("Any", self.transport))

    @property
    def went_straight(self) -> bool:
        """Whether the last request took the straight path."""
        exchange = self.protocol._exchange
        return exchange is not None and self.protocol.cycle is exchange  # type: ignore[comparison-overlap]

    async def ask(self, *pieces: bytes, answers: int = 1) -> bytes:
        """Send ``pieces``, each in a turn of its own; return what comes back."""
        before = len(self.transport.written)
        count = self.transport.written.count(b"HTTP/1.1 ")
        for piece in pieces:
            self.protocol.data_received(piece)
            await asyncio.sleep(0)
        for _ in range(6_000):
            cycle = self.protocol.cycle
            done = self.transport.written.count(b"HTTP/1.1 ") >= count + answers
            if done and (cycle is None or cycle.response_complete):
                await asyncio.sleep(0)
                return self.transport.written[before:]
            await asyncio.sleep(0.01)
        raise AssertionError(f"no answer: {self.transport.written[before:]!r}")

    def close(self) -> None:
        """The client hangs up."""
        self.protocol.connection_lost(None)
