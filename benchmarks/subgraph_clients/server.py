"""A subgraph that answers every POST with the same bytes: what is measured is the client.

python -m benchmarks.subgraph_clients.server 200      (prints its port)
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

import uvloop


class Answering(asyncio.Protocol):
    """Reads requests off one connection; knows no more HTTP than it needs."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.buffer = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            start = head.index(b"content-length:") + 15
            whole = end + 4 + int(head[start:].split(b"\r\n", 1)[0])
            if len(self.buffer) < whole:
                return
            self.buffer = self.buffer[whole:]
            if self.transport is not None:
                self.transport.write(self.answer)


async def serve(body_bytes: int) -> None:
    body = b'{"data":{"text":"' + b"x" * max(0, body_bytes - 20) + b'"}}'
    answer = (
        b"HTTP/1.1 200 OK\r\ndate: Sun, 29 Nov 2026 12:00:00 GMT\r\nserver: uvicorn\r\n"
        b"content-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
    ) + body
    server = await asyncio.get_running_loop().create_server(
        lambda: Answering(answer), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
