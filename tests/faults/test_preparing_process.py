"""The gateway's second process is killed, stopped, or short of memory: documents are answered."""

from __future__ import annotations

import asyncio
import itertools
import os
import resource
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gateway.config.settings import GatewaySettings
from gateway.http.app import create_app
from gateway.preparation import process
from tests.faults.test_surroundings import of_gateway
from tests.testkit.fleet import SUPERGRAPH, Server
from tests.testkit.frozen import stop
from tests.testkit.gateway import RunningGateway

NUMBERS = itertools.count()


def new_document(fields: int = 60) -> str:
    """One that nobody sent before, too long to be prepared where it is served."""
    number = next(NUMBERS)
    names = " ".join(f"field{number}of{other}: __typename" for other in range(fields))
    return f"{{ {names} }}"


def preparing(parent: int) -> int | None:
    """The preparing process of ``parent``, if it has one now."""
    for task in Path(f"/proc/{parent}/task").iterdir():
        with suppress(OSError):
            for child in (task / "children").read_text().split():
                if b"gateway.preparation.child" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return int(child)
    return None


async def another(parent: int, than: int | None = None) -> int:
    """A preparing process that is not ``than``."""
    async with asyncio.timeout(60):
        while (found := preparing(parent)) in {None, than}:
            await asyncio.sleep(0.01)
    assert found is not None
    return found


def ignores(pid: int, *numbers: signal.Signals) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    mask = int(status.partition("SigIgn:")[2].split()[0], 16)
    return all(mask >> (number - 1) & 1 for number in numbers)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with of_gateway(tmp_path, TIMES__REQUEST="120").running() as server:
        yield server


async def ask(server: Server, document: str) -> dict[str, Any]:
    reply: dict[str, Any] = (await server.http.post("/graphql", json={"query": document})).json()
    return reply


def codes_of(reply: dict[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in reply.get("errors", ())]


async def test_114_killed_again_and_again_every_document_is_answered(server: Server) -> None:
    """At most the one that it may have died of is UNAVAILABLE, and answered when sent again."""
    for _ in range(5):
        child = await another(server.pid)
        documents = [new_document() for _ in range(4)]
        asked = [asyncio.create_task(ask(server, document)) for document in documents]
        await asyncio.sleep(0)
        os.kill(child, signal.SIGKILL)
        told = [codes_of(reply) for reply in await asyncio.gather(*asked)]
        assert sorted(told)[:-1] == [[]] * 3
        assert max(told) in ([], ["UNAVAILABLE"])
        async with asyncio.timeout(60):
            for document in documents:
                while codes_of(await ask(server, document)):
                    await asyncio.sleep(0.1)
        await another(server.pid, child)
    assert await server.is_ready()


async def test_114_killed_at_each_start_new_documents_are_prepared_without_it(
    server: Server,
) -> None:
    async def kill_each() -> None:
        while True:
            if (child := preparing(server.pid)) is not None:
                os.kill(child, signal.SIGKILL)
            await asyncio.sleep(0.02)

    killing = asyncio.create_task(kill_each())
    for _ in range(8):
        assert "errors" not in await ask(server, new_document())
    killing.cancel()
    with suppress(asyncio.CancelledError):
        await killing
    await another(server.pid)
    assert "errors" not in await ask(server, new_document())


async def test_114_signals_to_the_whole_group_leave_it_to_the_gateway_to_end_it(
    server: Server,
) -> None:
    child = await another(server.pid)
    assert "errors" not in await ask(server, new_document())
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    async with asyncio.timeout(60):
        while not ignores(child, *numbers):  # while it starts, others answer
            await asyncio.sleep(0.02)
    for number in numbers:
        os.kill(child, number)
    assert "errors" not in await ask(server, new_document())
    assert preparing(server.pid) == child
    assert server.process is not None
    server.process.terminate()
    assert await server.process.wait() == 0
    async with asyncio.timeout(60):
        while Path(f"/proc/{child}").exists():
            await asyncio.sleep(0.02)


async def test_114_without_memory_it_is_replaced(server: Server) -> None:
    child = await another(server.pid)
    assert "errors" not in await ask(server, new_document())
    resource.prlimit(child, resource.RLIMIT_AS, (1, 1))  # not a byte more than it has
    async with asyncio.timeout(60):
        while preparing(server.pid) == child:
            reply = await ask(server, f"{new_document()}#{'x' * 200_000}")
            assert codes_of(reply) in ([], ["UNAVAILABLE"]), reply
    assert "errors" not in await ask(server, new_document())


async def test_114_stopped_it_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is neither gone nor any good; documents that are known are answered meanwhile."""
    monkeypatch.setattr(process, "SILENCE_SECONDS", 3.0)
    nowhere = {"url": "http://127.0.0.1:9", "key": "key-of-nobody-in-tests"}
    settings = GatewaySettings(
        supergraph=str(SUPERGRAPH),
        supergraph_poll_seconds=0,
        subgraphs={"auth": nowhere, "catalog": nowhere},
    )
    app = create_app(settings, is_served=True)
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://gateway.test") as client,
    ):
        served = RunningGateway(app, client)
        known = new_document()
        assert "errors" not in await served.ask(known)
        child = await another(os.getpid())
        runtime = served.active.current
        assert runtime is not None
        await runtime.wait_for_process(asyncio.get_running_loop().time() + 60)
        stop(child)
        asked = asyncio.create_task(served.ask(new_document()))
        await asyncio.sleep(0)
        assert "errors" not in await served.ask(known)
        async with asyncio.timeout(60):
            assert "errors" not in await asked
        assert await another(os.getpid(), child)
        assert not Path(f"/proc/{child}").exists()
