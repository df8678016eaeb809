"""What only a real process on a real socket shows: starting, draining, slow clients."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.gateway.http.shop import SUPERGRAPH
from tests.testkit.ports import free_ports
from tests.testkit.server import serving
from tests.testkit.system import eventually

ROOT = Path(__file__).parents[3]
BODY = json.dumps({"query": "{ hello }"}).encode()
HEAD = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"


def start(
    *arguments: str, environment: Mapping[str, str], output: int | IO[str] = subprocess.PIPE
) -> subprocess.Popen[str]:
    plain = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
    return subprocess.Popen(
        [sys.executable, "-m", "gateway", *arguments],
        cwd=ROOT,
        env={**plain, **environment},
        stdout=output,
        stderr=subprocess.PIPE if output is subprocess.PIPE else subprocess.STDOUT,
        text=True,
    )


@contextlib.contextmanager
def gateway_process(
    supergraph: Path = SUPERGRAPH, **environment: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A gateway that runs. It logs to a file: a pipe that nobody reads would stop it when full."""
    [port] = free_ports(1)
    arguments = ("--supergraph", str(supergraph), "--port", str(port))
    log = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed below
    process = start(*arguments, environment=environment, output=log)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 120
        while not is_ready(url):
            assert process.poll() is None, log.seek(0) or log.read()
            assert time.monotonic() < until, "it does not become ready"
            time.sleep(0.05)
        yield url, process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        log.close()


def is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/ready", timeout=60):
            return True
    except OSError:  # HTTPError is one, too
        return False


@pytest.fixture
async def subgraph() -> AsyncIterator[str]:
    """A subgraph whose every answer takes 0.3 s."""

    async def answer(_request: Request) -> JSONResponse:
        await asyncio.sleep(0.3)
        return JSONResponse({"data": {"hello": "hello"}})

    async with serving(Starlette(routes=[Route("/", answer, methods=["POST"])])) as url:
        yield url


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (
            ["--supergraph", "/nowhere/x.graphql"],
            {},
            "SUPERGRAPH: /nowhere/x.graphql does not exist",
        ),
        ([], {}, "SUPERGRAPH: is required"),
        (["--supergraph", __file__], {}, "SUPERGRAPH_SYNTAX"),
        (["--supergraph", str(SUPERGRAPH), "--port", "{taken}"], {}, "PORT"),
        (["--supergraph", str(SUPERGRAPH)], {"ENV": "prod", "EXPLORER": "public"}, "EXPLORER"),
        (["--supergraph", str(SUPERGRAPH)], {"LIMITS__DEPTH": "x"}, "LIMITS__DEPTH"),
        (["--supergraph", str(SUPERGRAPH), "--config", "/nowhere.toml"], {}, "GATEWAY_CONFIG"),
    ],
)
def test_a_start_that_cannot_be_says_why(
    arguments: list[str], environment: dict[str, str], words: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        filled = (argument.format(taken=port) for argument in arguments)
        process = start(*filled, environment=environment)
        _, errors = process.communicate(timeout=240)
    assert process.returncode == 2
    assert words in errors
    assert "Traceback" not in errors


async def test_sigterm_drains_what_is_in_flight() -> None:
    """The subgraph answers when all 200 have reached it and the gateway has said that it stops.

    Until then it stays: a second signal ends the pause in which it says so.
    """
    arrived, may_answer = asyncio.Semaphore(0), asyncio.Event()

    async def answer(_request: Request) -> JSONResponse:
        arrived.release()
        await may_answer.wait()
        return JSONResponse({"data": {"hello": "hello"}})

    app = Starlette(routes=[Route("/", answer, methods=["POST"])])
    limits = httpx2.Limits(max_connections=250)
    async with serving(app) as subgraph:
        times = {"TIMES__DRAIN": "600", "TIMES__LAG": "60", "TIMES__REQUEST": "120"}
        patient = {"ALL_SUBGRAPHS__TIMEOUT_SECONDS": "120", **times}
        environment = {"SUBGRAPHS__SHOP__URL": subgraph, **patient}
        with gateway_process(SUPERGRAPH, **environment) as (url, process):
            async with httpx2.AsyncClient(base_url=url, timeout=120, limits=limits) as client:
                ask = partial(client.post, "/graphql", json={"query": "{ hello }"})
                asked = [asyncio.create_task(ask()) for _ in range(200)]
                for _ in asked:
                    await arrived.acquire()
                process.send_signal(signal.SIGTERM)
                while (await client.get("/health/ready")).status_code != 503:
                    await asyncio.sleep(0.01)
                may_answer.set()
                responses = await asyncio.gather(*asked)
            process.send_signal(signal.SIGTERM)
            exit_status = await asyncio.to_thread(process.wait, 60)
        assert {response.text for response in responses} == {'{"data":{"hello":"hello"}}'}
        assert exit_status in {0, -signal.SIGTERM}


async def test_who_waits_at_the_door_when_it_closes_is_answered() -> None:
    """The kernel takes connections while the process is held; then it is told to end."""
    with gateway_process(SUBGRAPHS__SHOP__URL="http://127.0.0.1:9") as (url, process):
        host, port = url.removeprefix("http://").split(":")
        process.send_signal(signal.SIGSTOP)
        opened = [await asyncio.open_connection(host, int(port)) for _ in range(300)]
        for _, writer in opened:
            writer.write(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGCONT)
        statuses = await asyncio.gather(*(reader.readline() for reader, _ in opened))
        exit_status = await asyncio.to_thread(process.wait, 60)
        for _, writer in opened:
            writer.close()
    assert set(statuses) == {b"HTTP/1.1 200 OK\r\n"}
    assert exit_status in {0, -signal.SIGTERM}


async def test_once_the_door_is_closed_nobody_is_kept_waiting_at_it() -> None:
    """Also while what is in flight is answered: no other process holds the port open."""
    arrived, may_answer = asyncio.Event(), asyncio.Event()

    async def answer(_request: Request) -> JSONResponse:
        arrived.set()
        await may_answer.wait()
        return JSONResponse({"data": {"hello": "hello"}})

    app = Starlette(routes=[Route("/", answer, methods=["POST"])])
    async with serving(app) as subgraph:
        patient = {"ALL_SUBGRAPHS__TIMEOUT_SECONDS": "120", "TIMES__REQUEST": "120"}
        environment = {"SUBGRAPHS__SHOP__URL": subgraph, "TIMES__SHUTDOWN": "120", **patient}
        with gateway_process(SUPERGRAPH, **environment) as (url, process):
            async with httpx2.AsyncClient(base_url=url, timeout=120) as client:
                asked = asyncio.create_task(client.post("/graphql", json={"query": "{ hello }"}))
                await arrived.wait()
                process.send_signal(signal.SIGTERM)
                port = int(url.rpartition(":")[2])
                assert await asyncio.to_thread(eventually, lambda: is_refused(port))
                assert process.poll() is None
                may_answer.set()
                assert (await asked).text == '{"data":{"hello":"hello"}}'


def is_refused(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED


OFFER = b"connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n"


async def test_77_an_offer_to_upgrade_is_ignored(subgraph: str) -> None:
    """``curl --http2`` makes it; body and whatever follows are read as if it were not there."""
    length = b"content-length: %d\r\n\r\n" % len(BODY)
    chunks = b"transfer-encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
    offered = HEAD + OFFER + length + BODY
    in_chunks = HEAD + OFFER + chunks
    plain = HEAD + length + BODY
    with gateway_process(SUBGRAPHS__SHOP__URL=subgraph) as (url, _process):
        port = int(url.rpartition(":")[2])
        for pieces, answers in (
            ([offered], 1),
            ([offered[: -len(BODY)], BODY], 1),
            ([bytes([byte]) for byte in offered], 1),
            ([in_chunks], 1),
            ([bytes([byte]) for byte in in_chunks], 1),
            ([offered + plain + in_chunks + plain], 4),
        ):
            assert await hellos(port, pieces, answers) == answers
        both = HEAD + OFFER + b"content-length: 3\r\n" + chunks
        assert await hellos(port, [both], 1) == 0


async def hellos(port: int, pieces: list[bytes], expected: int) -> int:
    """Write these bytes, and count the good answers until as many as expected came, or the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0)
    received = b""
    async with asyncio.timeout(60):
        while received.count(b'{"data":{"hello":"hello"}}') < expected:
            data = await reader.read(65_536)
            if not data:
                break
            received += data
    writer.close()
    return received.count(b'{"data":{"hello":"hello"}}')


async def test_slow_clients_are_cut_off_and_others_served(subgraph: str) -> None:
    environment = {
        "SUBGRAPHS__SHOP__URL": subgraph,
        "TIMES__HEADERS": "4",
        "TIMES__BODY": "4",
    }
    with gateway_process(SUPERGRAPH, **environment) as (url, _process):
        port = int(url.rpartition(":")[2])
        async with httpx2.AsyncClient(base_url=url, timeout=30) as client:

            async def ask() -> None:
                response = await client.post("/graphql", json={"query": "{ hello }"})
                assert response.json() == {"data": {"hello": "hello"}}

            await ask()  # connected before this loop has others to see to
            in_head = [trickle_head(port) for _ in range(100)]
            in_body = [trickle_body(port) for _ in range(20)]
            slow = asyncio.gather(*in_head, *in_body)
            for _ in range(3):
                await ask()
        await asyncio.wait_for(slow, 120)


async def trickle_head(port: int) -> None:
    """Five bytes a second: it is cut off long before it has sent its head, which takes 12 s."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    closed = asyncio.create_task(reader.read())
    with contextlib.suppress(ConnectionError):
        for byte in HEAD[:60]:
            writer.write(bytes([byte]))
            await asyncio.wait({closed}, timeout=0.2)
            if closed.done():
                break
    was_cut_off = closed.done()
    closed.cancel()
    await asyncio.gather(closed, return_exceptions=True)
    writer.close()
    assert was_cut_off


async def trickle_body(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD + b"content-length: 1000\r\n\r\n{")
    answer = await reader.read()
    writer.close()
    assert b" 408 " in answer.partition(b"\r\n")[0]


async def test_web_sockets_are_refused(subgraph: str) -> None:
    with gateway_process(SUBGRAPHS__SHOP__URL=subgraph) as (url, _process):
        async with httpx2.AsyncClient(base_url=url, timeout=60) as client:
            response = await client.get(
                "/graphql",
                headers={
                    "connection": "upgrade",
                    "upgrade": "websocket",
                    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
                    "sec-websocket-version": "13",
                    "sec-websocket-protocol": "graphql-transport-ws",
                },
            )
    assert response.status_code == 400


async def test_workers_share_port_and_metrics_and_a_dead_one_is_replaced(subgraph: str) -> None:
    counted = 'http_requests_total{method="POST",path="/graphql",status="200"}'
    with gateway_process(SUBGRAPHS__SHOP__URL=subgraph, WORKERS="2") as (url, process):
        for number in range(1, 6):  # a connection each: the kernel chooses the worker
            async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
                response = await client.post("/graphql", json={"query": "{ hello }"})
                assert response.json() == {"data": {"hello": "hello"}}
            await until_metrics_tell(url, f"{counted} {number}.0")
        await kill_a_worker(process.pid)
        await until_metrics_tell(url, f"{counted} 5.0")
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 60) == 0
    assert children_of(process.pid) == []


async def until_metrics_tell(url: str, line: str) -> None:
    """Wait until whichever worker is asked shows ``line``: others hand over five times a second."""
    text = ""
    until = time.monotonic() + 60
    while line not in text:
        assert time.monotonic() < until, f"no {line} in {text}"
        await asyncio.sleep(0.05)
        async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
            text = (await client.get("/metrics")).text


async def kill_a_worker(parent: int) -> None:
    """Kill one of two workers and wait until another has taken its place."""
    killed, other = children_of(parent)
    os.kill(killed, signal.SIGKILL)
    async with asyncio.timeout(60):
        while killed in (now := children_of(parent)) or len(now) != 2:
            await asyncio.sleep(0.05)
    assert other in now


def children_of(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []
