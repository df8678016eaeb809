"""A process that stood still hears of its clock before its sockets: what came meanwhile counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.gateway.http.shop import SUPERGRAPH
from tests.testkit.fleet import Server
from tests.testkit.frozen import frozen
from tests.testkit.ports import free_port
from tests.testkit.server import serving
from tests.testkit.system import ROOT

ATTEMPTS = 20
SECONDS = 1
HELD_SECONDS = 1.3
BODY = b'{"query": "{ hello }"}'
HEAD = (
    b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    b"content-length: %d\r\nexpect: 100-continue\r\n\r\n" % len(BODY)
)
JSON = {"content-type": "application/json"}
HELLO = {"data": {"hello": "hello"}}


class Greeter:
    """A subgraph that answers when it is told to."""

    def __init__(self) -> None:
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()

    async def answer(self, _request: Request) -> JSONResponse:
        self.asked.set()
        await self.may_answer.wait()
        return JSONResponse(HELLO)


@pytest.fixture
def greeter() -> Greeter:
    return Greeter()


@pytest.fixture
async def gateway(greeter: Greeter, tmp_path: Path) -> AsyncIterator[Server]:
    """It waits a second for a body, and for the subgraph."""
    port = free_port()
    async with serving(Starlette(routes=[Route("/", greeter.answer, methods=["POST"])])) as url:
        environment = {
            "PYTHONPATH": str(ROOT), "ENV": "dev", "PORT": str(port), "SUPERGRAPH": str(SUPERGRAPH),
            "SUBGRAPHS__SHOP__URL": url, "SUBGRAPHS__SHOP__TIMEOUT_SECONDS": str(SECONDS),
            "TIMES__BODY": str(SECONDS),
        }  # fmt: skip
        server = Server("gateway", port, tmp_path / "gateway.log", environment, "gateway")
        async with server.running():
            yield server


async def test_163_what_came_while_the_gateway_was_held_counts(
    gateway: Server, greeter: Greeter
) -> None:
    """A body of one client, and the subgraph's answer to another. Again if we were held, too."""
    loop = asyncio.get_running_loop()
    for _ in range(ATTEMPTS):
        greeter.asked.clear()
        greeter.may_answer.clear()
        async with httpx2.AsyncClient(base_url=gateway.url, timeout=60) as client:
            began = loop.time()
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write(HEAD)
            assert b" 100 " in await reader.readuntil(b"\r\n\r\n")
            asking = asyncio.create_task(client.post("/graphql", content=BODY, headers=JSON))
            asked = asyncio.create_task(greeter.asked.wait())  # never, if we were held
            await asyncio.wait({asked, asking}, return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()
            with frozen(gateway.pid):
                was_in_time = loop.time() - began < SECONDS
                writer.write(BODY)
                greeter.may_answer.set()
                await asyncio.sleep(HELD_SECONDS)
            status, answer = await reader.readline(), await asking
            writer.close()
        if was_in_time:
            assert b" 200 " in status
            assert answer.json() == HELLO
            return
    raise TimeoutError("held up again and again")
