"""Fault 44: a new supergraph is swapped in while a thousand requests are in flight."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.gateway.http.shop import SUPERGRAPH
from tests.testkit.fleet import Server
from tests.testkit.ports import free_port
from tests.testkit.server import serving
from tests.testkit.system import ROOT

TEXT = SUPERGRAPH.read_text()
NEWER = TEXT.replace("hello(name: String)", "hello(name: String): String again(name: String)")
HELLO = "query($n: String) { hello(name: $n) }"
AGAIN = '{ __type(name: "Query") { fields { name } } }'
IN_FLIGHT = 1_000
ROOM = {
    "SUPERGRAPH_POLL_SECONDS": "0.1",
    "MAX_REQUESTS": "2000",
    "SUBGRAPHS__SHOP__CONCURRENCY": "2000",
    "SUBGRAPHS__SHOP__TIMEOUT_SECONDS": "300",
    "TIMES__REQUEST": "300",
    "TIMES__HEADERS": "300",
    "TIMES__BODY": "300",
    "TIMES__LAG": "60",
}


async def test_44_a_thousand_in_flight_are_answered_whatever_comes_meanwhile(
    tmp_path: Path,
) -> None:
    """One that does not load comes first, then a new one; only then does the subgraph answer."""
    arrived, may_answer = asyncio.Semaphore(0), asyncio.Event()

    async def answer(request: Request) -> JSONResponse:
        arrived.release()
        await may_answer.wait()
        told = (await request.json())["variables"]
        return JSONResponse({"data": {"hello": f"hello {next(iter(told.values()))}"}})

    path = tmp_path / "supergraph.graphql"
    path.write_text(TEXT)
    app = Starlette(routes=[Route("/", answer, methods=["POST"])])
    limits = httpx2.Limits(max_connections=None)
    port = free_port()
    async with serving(app) as subgraph:
        environment = {
            "PYTHONPATH": str(ROOT), "ENV": "dev", "PORT": str(port), "SUPERGRAPH": str(path),
            "SUBGRAPHS__SHOP__URL": subgraph, **ROOM,
        }  # fmt: skip
        gateway = Server("gateway", port, tmp_path / "gateway.log", environment, "gateway")
        async with gateway.running():
            url = gateway.url
            async with httpx2.AsyncClient(base_url=url, timeout=300, limits=limits) as client:

                async def ask(name: str) -> object:
                    body = {"query": HELLO, "variables": {"n": name}}
                    return (await client.post("/graphql", json=body)).json()

                async def is_newer() -> bool:
                    fields = (await client.post("/graphql", json={"query": AGAIN})).json()
                    return {"name": "again"} in fields["data"]["__type"]["fields"]

                asked = [asyncio.create_task(ask(str(n))) for n in range(IN_FLIGHT)]
                async with asyncio.timeout(240):
                    for _ in asked:
                        await arrived.acquire()
                path.write_text("type Query { nothing: Int }")
                async with asyncio.timeout(60):
                    while "supergraph not taken" not in gateway.told():
                        await asyncio.sleep(0.05)
                assert not await is_newer()
                path.write_text(NEWER)
                async with asyncio.timeout(60):
                    while not await is_newer():
                        await asyncio.sleep(0.05)
                assert not any(task.done() for task in asked)
                may_answer.set()
                answers = await asyncio.gather(*asked)
                late = await ask("late")
            assert gateway.process is not None
            assert gateway.process.returncode is None
    assert answers == [{"data": {"hello": f"hello {n}"}} for n in range(IN_FLIGHT)]
    assert late == {"data": {"hello": "hello late"}}
