"""What a process stands on gives way: its output, its descriptors, its disk, its terminal."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from uuid import UUID

import httpx2
import pytest

from shared.logs import outlet
from shared.logs.outlet import Outlet
from tests.catalog_service.kit import GATEWAY_KEY
from tests.faults.doors import DOORS, JSON, door
from tests.testkit.fleet import CONFIG, SUPERGRAPH, Fleet, Server
from tests.testkit.ports import free_ports
from tests.testkit.system import ROOT

QUERY = {"query": "{ __typename }"}


def of_catalog(url: str, folder: Path, **more: str) -> Server:
    return server_of("catalog_service", folder, DATABASE_URL=url, GATEWAY_KEY=GATEWAY_KEY, **more)


def of_gateway(folder: Path, **more: str) -> Server:
    keys = {f"SUBGRAPHS__{name}__KEY": "key-of-nobody-in-tests" for name in ("AUTH", "CATALOG")}
    urls = {f"SUBGRAPHS__{name}__URL": "http://127.0.0.1:9" for name in ("AUTH", "CATALOG")}
    return server_of(
        "gateway", folder, SUPERGRAPH=str(SUPERGRAPH), GATEWAY_CONFIG=str(CONFIG),
        SUPERGRAPH_POLL_SECONDS="0", AUTH_SERVICE_URL="http://127.0.0.1:9", ACCESS_LOG="all",
        **keys, **urls, **more,
    )  # fmt: skip


def server_of(module: str, folder: Path, **settings: str) -> Server:
    [port] = free_ports(1)
    environment = {"PYTHONPATH": str(ROOT), "ENV": "dev", "PORT": str(port), **settings}
    return Server(module, port, folder / f"{module}.log", environment, module)


@contextmanager
def writing_to(server: Server, out: int) -> Iterator[subprocess.Popen[bytes]]:
    """The server's process with ``out`` for its output; ready when the block begins."""
    inherited = {"PATH": os.environ["PATH"]}
    process = subprocess.Popen(
        [sys.executable, "-m", server.module], cwd=ROOT, stdout=out, stderr=subprocess.DEVNULL,
        env={**inherited, **server.environment},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(300):
        while not await server.is_ready():
            assert process.poll() is None
            await asyncio.sleep(0.05)


async def asked(server: Server, times: int) -> None:
    headers = {"x-gateway-key": GATEWAY_KEY, "user-agent": "x" * 500}
    for _ in range(times):
        answer = await server.http.post("/graphql", json=QUERY, headers=headers)
        assert answer.status_code == 200
        assert (await server.http.get("/health/live")).status_code == 200


def ended(process: subprocess.Popen[bytes]) -> int:
    process.terminate()
    return process.wait(60)


@pytest.mark.parametrize("kind", ["catalog", "gateway"])
@pytest.mark.parametrize("out", ["pipe", "terminal"])
async def test_106_nobody_reads_what_it_writes(
    out: str, kind: str, url: str, tmp_path: Path
) -> None:
    """A pipe is full after 64 KB: whoever then waits for its reader answers nobody any more."""
    server = of_catalog(url, tmp_path) if kind == "catalog" else of_gateway(tmp_path)
    reader, writer = os.pipe() if out == "pipe" else os.openpty()
    times = 700 if out == "pipe" else 200
    with writing_to(server, writer) as process:
        os.close(writer)
        await until_ready(server, process)
        async with asyncio.timeout(120):
            await asked(server, times)
        os.set_blocking(reader, False)
        told = b""
        async with asyncio.timeout(60):
            while told.count(b'"event":"request"') < times:  # what waited comes with later lines
                with suppress(BlockingIOError):
                    while piece := os.read(reader, 65_536):
                        told += piece
                await asked(server, 1)
        assert all(json.loads(line) for line in told.splitlines()[:-1])
        assert await asyncio.to_thread(ended, process) == 0
    os.close(reader)
    await server.http.aclose()


@pytest.mark.parametrize("out", ["closed", "full"])
async def test_106_its_reader_is_gone_or_the_disk_is_full(
    out: str, url: str, tmp_path: Path
) -> None:
    server = of_catalog(url, tmp_path)
    if out == "full":
        writer = os.open("/dev/full", os.O_WRONLY)
    else:
        reader, writer = os.pipe()
        os.close(reader)
    with writing_to(server, writer) as process:
        os.close(writer)
        await until_ready(server, process)
        await asked(server, 50)
        assert await asyncio.to_thread(ended, process) == 0
    await server.http.aclose()


def test_106_what_does_not_fit_is_left_out_and_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlet, "MOST_KEPT", 10_000)
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    out = Outlet(writer)
    line = b"x" * 999 + b"\n"
    for _ in range(200):
        out.write(line)
    told = b""
    for _ in range(100):
        with suppress(BlockingIOError):
            told += os.read(reader, 65_536)
        out.flush()
    *lines, last = told.splitlines(keepends=True)
    assert set(lines) == {line}
    assert json.loads(last)["lines"] == 200 - len(lines)
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize("made", [os.pipe, os.openpty])
def test_311_whoever_else_fills_it_makes_nobody_wait(
    made: Callable[[], tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker asks whether there is room; before it writes another one has taken it."""
    reader, writer = made()
    out = Outlet(writer)
    monkeypatch.setattr(Outlet, "_is_ready", lambda _out: True)
    line = b"x" * 999 + b"\n"
    writing = Thread(target=lambda: [out.write(line) for _ in range(200)], daemon=True)
    writing.start()
    writing.join(60)
    assert not writing.is_alive()
    assert os.get_blocking(writer)  # it is also others'
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize("kind", ["catalog", "gateway"])
@pytest.mark.parametrize("closed", [(0,), (1, 2), (0, 1, 2)])
async def test_312_started_with_closed_streams_nothing_else_has_their_numbers(
    closed: tuple[int, ...], kind: str, url: str, tmp_path: Path
) -> None:
    server = of_catalog(url, tmp_path) if kind == "catalog" else of_gateway(tmp_path)
    words = " ".join(f"{number}{'<>'[number > 0]}&-" for number in closed)
    process = subprocess.Popen(
        ["/bin/sh", "-c", f'exec "$0" -m {server.module} {words}', sys.executable], cwd=ROOT,
        env={"PATH": os.environ["PATH"], **server.environment},
    )  # fmt: skip
    try:
        await until_ready(server, process)
        for number in closed:
            assert Path(f"/proc/{process.pid}/fd/{number}").readlink() == Path(os.devnull)
        await asked(server, 3)
        assert await asyncio.to_thread(ended, process) == 0
    finally:
        process.kill()
        process.wait()
    await server.http.aclose()


@pytest.mark.parametrize("where", DOORS)
async def test_107_without_descriptors_it_does_not_spin_and_serves_when_some_are_free(
    house: Fleet, where: str
) -> None:
    server = door(house, where).server
    allowed = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
    used = len(list(Path(f"/proc/{server.pid}/fd").iterdir()))
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (used + 6, allowed[1]))
    writers = []
    try:
        for _ in range(60):
            with suppress(OSError):
                writers.append((await asyncio.open_connection("127.0.0.1", server.port))[1])
        before = server.cpu_seconds()
        await asyncio.sleep(2)
        assert server.cpu_seconds() - before < 1.0
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, allowed)
        for writer in writers:
            writer.transport.abort()
    async with asyncio.timeout(60), httpx2.AsyncClient(base_url=server.url, timeout=60) as http:
        while True:
            with suppress(httpx2.TransportError):
                if (await http.get("/health/ready")).status_code == 200:
                    return
            await asyncio.sleep(0.05)


ASKED = {
    "gateway": "{ places(first: 1) { edges { node { partnerships { partner { id } } } } } }",
    "auth": f'{{ user(id: "{UUID(int=0)}") {{ id }} }}',
    "catalog": "{ offers(first: 1) { edges { cursor } } }",
}


@pytest.mark.parametrize("where", DOORS)
async def test_144_clients_cannot_take_the_descriptors_that_requests_need(
    house: Fleet, where: str
) -> None:
    entered = door(house, where)
    pid = entered.server.pid
    allowed = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    used = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (2 * used + 40, allowed[1]))
    clients = [
        await asyncio.open_connection("127.0.0.1", entered.server.port)
        for _ in range(2 * used + 40)
    ]
    telling: list[asyncio.Task[bytes]] = []
    try:
        body = json.dumps({"query": ASKED[where]}).encode()
        fields = {**JSON, **entered.headers, "host": "x", "content-length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        asked = f"POST /graphql HTTP/1.1\r\n{head}\r\n".encode() + body
        for _, writer in clients[:5]:
            writer.write(asked)
        first = await asyncio.gather(*(told(reader) for reader, _ in clients[:5]))
        assert {answer.split()[1] for answer in first} == {b"200"}
        assert b"UNAVAILABLE" not in b"".join(first)
        await clients[-1][0].read()  # in a crowd some are closed without a word
        # One of those that the server holds may just have ended: its place is free again.
        late = [await asyncio.open_connection("127.0.0.1", entered.server.port) for _ in range(9)]
        clients += late
        telling += [asyncio.create_task(told(reader)) for reader, _ in late]
        [first_told, *_], _ = await asyncio.wait(telling, return_when=asyncio.FIRST_COMPLETED)
        assert first_told.result().split()[1] == b"503"
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, allowed)
        for _, writer in clients:
            writer.transport.abort()
        await asyncio.gather(*telling, return_exceptions=True)


async def told(reader: asyncio.StreamReader) -> bytes:
    """One answer."""
    async with asyncio.timeout(60):
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return head + await reader.readexactly(size)


@pytest.fixture
def not_under_nohup() -> Iterator[None]:
    """What is started meanwhile does not inherit that SIGHUP is to be ignored."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("not_under_nohup")
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
async def test_108_a_terminal_that_closes_ends_it_as_sigterm_does(
    number: signal.Signals, url: str, tmp_path: Path
) -> None:
    for server in (of_catalog(url, tmp_path), of_gateway(tmp_path)):
        async with server.running():
            assert server.process is not None
            server.process.send_signal(number)
            assert await server.process.wait() == 0, server.told()
            assert '"draining"' in server.told()


def workers_of(server: Server) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children")
            .read_text().split()]  # fmt: skip


async def test_108_a_signal_while_a_dead_worker_is_replaced_reaches_the_new_one(
    tmp_path: Path,
) -> None:
    async with of_gateway(tmp_path, WORKERS="2").running() as server:
        os.kill(workers_of(server)[0], signal.SIGKILL)
        async with asyncio.timeout(60):
            while "worker died" not in server.told():
                await asyncio.sleep(0.01)
        assert server.process is not None
        server.process.terminate()
        async with asyncio.timeout(120):
            assert await server.process.wait() == 0, server.told()


async def test_109_a_full_disk_ends_no_worker(tmp_path: Path) -> None:
    """Their metrics are files in memory; a page that has no room on the disk is a SIGBUS."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk can be made by root only")
    try:
        async with of_gateway(tmp_path, WORKERS="2", TMPDIR=str(disk)).running() as server:
            await until_listening(server, 2)
            with suppress(OSError), (disk / "filled").open("wb", buffering=0) as filled:
                while True:
                    filled.write(b"x" * 4_096)
            first = workers_of(server)
            os.kill(first[0], signal.SIGKILL)
            await until_listening(server, 3)
            apart = httpx2.Limits(max_keepalive_connections=0)  # so that both workers get some
            async with httpx2.AsyncClient(base_url=server.url, timeout=60, limits=apart) as http:
                for _ in range(40):
                    assert (await http.post("/graphql", json=QUERY)).status_code == 200
                    assert (await http.get("/metrics")).status_code == 200
            assert server.told().count("worker died") == 1, server.told()
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


async def until_listening(server: Server, times: int) -> None:
    async with asyncio.timeout(120):
        while server.told().count('"event":"listening"') < times:
            await asyncio.sleep(0.05)
