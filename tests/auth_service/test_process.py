"""The service as a process of its own: how it starts, ends, refuses to start, and what it logs."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from auth_service import __main__ as auth_main
from tests.testkit.ports import free_port
from tests.testkit.postgres import Databases
from tests.testkit.smtp import MailServer, token_in

KEY = "gateway-key-of-tests"
CANARY = "Canary-Passw0rd-7391"
RANDOM = "q3Vg7Yt0Zr8Lx2Nc5Mb9Kd4Jf6Hs1Pw+Ua="


@dataclass
class Service:
    """A running process."""

    process: asyncio.subprocess.Process
    http: httpx2.AsyncClient
    log: Path

    async def ask(self, query: str, token: str | None = None, **variables: Any) -> httpx2.Response:
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        body = {"query": query, "variables": variables}
        return await self.http.post("/graphql", json=body, headers=headers)


def environment(folder: Path, url: str, **changes: str) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {
        **inherited,
        "PYTHONPATH": str(Path.cwd()),
        "ENV": "dev",
        "DATABASE_URL": url,
        "GATEWAY_KEY": KEY,
        "EST_HOME": str(folder),
        "BCRYPT_COST": "4",
        **changes,
    }


@asynccontextmanager
async def unready(folder: Path, url: str) -> AsyncIterator[tuple[httpx2.AsyncClient, Path]]:
    """A service that is not waited for."""
    port = free_port()
    log = folder / "log"
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "auth_service"),
            env=environment(folder, url, PORT=str(port)),
            stdout=out,
            stderr=out,
        )
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            yield http, log
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def served(folder: Path, url: str, **changes: str) -> AsyncIterator[Service]:
    port = free_port()
    log = folder / "log"
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "auth_service",
            env=environment(folder, url, PORT=str(port), **changes),
            stdout=out,
            stderr=out,
        )
    async with httpx2.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers={"x-gateway-key": KEY}, timeout=60
    ) as http:
        try:
            await until_ready(http, process, log)
            yield Service(process, http, log)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def until_ready(
    http: httpx2.AsyncClient, process: asyncio.subprocess.Process, log: Path
) -> None:
    async with asyncio.timeout(180):
        while True:
            assert process.returncode is None, log.read_text()
            try:
                if (await http.get("/health/ready")).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            await asyncio.sleep(0.05)


@pytest.fixture
async def url(database_url_factory: Databases) -> AsyncIterator[str]:
    async with database_url_factory.lent("auth_service") as url:
        yield url


async def run(folder: Path, url: str, *arguments: str, stdin: bytes = b"", **changes: str) -> Any:
    """Run a command to its end: (status, stdout, stderr)."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "auth_service",
        *arguments,
        env=environment(folder, url, **changes),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(stdin), 180)
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"JWT_SECRET": "short"}, "JWT_SECRET"),
        ({"JWT_SECRET": "please-change-me-please-change-me-please"}, "JWT_SECRET"),
        ({"GATEWAY_KEY": ""}, "GATEWAY_KEY"),
        ({"DATABASE_URL": "mysql://u:hunter2@h/d"}, "DATABASE_URL"),
        ({"ENV": "prod", "JWT_SECRET": RANDOM}, "SMTP_HOST"),
        ({"ENV": "prod", "SMTP_HOST": "mail"}, "JWT_PRIVATE_KEY_FILE"),
        ({"ENV": "staging"}, "BCRYPT_COST"),
        ({"ENV": "prod", "SUBGRAPH_ACCESS": "open"}, "SUBGRAPH_ACCESS"),
        ({"JWT_PRIVATE_KEY_FILE": "/nowhere.pem"}, "JWT_PRIVATE_KEY_FILE"),
        ({"LIMITS_URL": "nonsense://"}, "LIMITS_URL"),
    ],
)
def test_it_refuses_to_start_and_names_the_setting(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, str],
    setting: str,
) -> None:
    monkeypatch.setattr(auth_main, "configure_logs", lambda *_: None)
    given = environment(tmp_path, "postgresql://u@127.0.0.1:1/d", **changes)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert auth_main.main([]) == 1
    out, err = capsys.readouterr()
    assert any(line.startswith(f"{setting}:") for line in err.splitlines()), err
    assert "Traceback" not in out + err
    assert "hunter2" not in out + err


async def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        status, _, err = await run(tmp_path, "postgresql://u@127.0.0.1:1/d", PORT=port)
    assert status == 1
    assert f"port {port}" in err
    assert "PORT" in err


async def test_a_database_that_is_not_there_is_named(tmp_path: Path) -> None:
    url = "postgresql://u:hunter2@127.0.0.1:1/d"
    status, out, err = await run(tmp_path, url, PORT="0")
    assert status != 0
    assert "DATABASE_URL" in out + err
    assert "hunter2" not in out + err
    assert "Traceback" not in out + err


async def test_usage(tmp_path: Path, url: str) -> None:
    status, _, err = await run(tmp_path, url, "nonsense")
    assert status == 2
    assert "usage" in err


async def test_migrate_and_create_an_admin(tmp_path: Path, empty_database: str) -> None:
    assert (await run(tmp_path, empty_database, "migrate"))[0] == 0
    create = ("create-admin", "root@example.com")
    status, _, err = await run(tmp_path, empty_database, *create, stdin=b"weak\n")
    assert (status, "upper-case" in err) == (1, True)
    status, out, _ = await run(tmp_path, empty_database, *create, stdin=f"{CANARY}\n".encode())
    assert (status, CANARY in out) == (0, False)
    assert (await run(tmp_path, empty_database, *create, stdin=f"{CANARY}\n".encode()))[0] == 1


async def test_it_waits_for_its_tables(tmp_path: Path, empty_database: str) -> None:
    """Ready once somebody migrated: not before, when every request would be INTERNAL."""
    async with asyncio.timeout(180), unready(tmp_path, empty_database) as (http, log):
        while "migrate it" not in log.read_text():
            with suppress(httpx2.TransportError):
                assert (await http.get("/health/ready")).status_code == 503
            await asyncio.sleep(0.05)
        assert (await http.get("/health/live")).status_code == 200
        assert (await run(tmp_path, empty_database, "migrate"))[0] == 0
        assert (await http.get("/health/ready")).status_code == 200


async def until_in_flight(service: Service, count: int) -> None:
    async with asyncio.timeout(60):
        while True:
            metrics = (await service.http.get("/metrics")).text
            gauge = next(
                line for line in metrics.splitlines() if line.startswith("http_requests_in_flight ")
            )
            if float(gauge.split()[1]) > count:  # the probe itself is one more
                return


async def test_sigterm_drains_what_is_in_flight(tmp_path: Path, url: str) -> None:
    """The requests wait for a lock that the test holds: how fast the machine is decides nothing."""
    patience = {"DATABASE_TIMEOUT_SECONDS": "60", "SHUTDOWN_SECONDS": "60", "BCRYPT_QUEUE": "50"}
    async with served(tmp_path, url, **patience) as service:
        query = 'mutation($e: String!) { login(email: $e, password: "Wr0ng-pass") { expiresIn } }'
        connection = await asyncpg.connect(url)
        try:
            async with connection.transaction():
                await connection.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
                requests = [
                    asyncio.create_task(service.ask(query, e=f"u{number}@example.com"))
                    for number in range(20)
                ]
                await until_in_flight(service, 20)
                service.process.send_signal(signal.SIGTERM)
                await until_closed(service)
                assert not any(request.done() for request in requests)
        finally:
            await connection.close()
        answers = await asyncio.gather(*requests)
        assert {answer.status_code for answer in answers} == {200}
        codes = {answer.json()["errors"][0]["extensions"]["code"] for answer in answers}
        assert codes == {"INVALID_CREDENTIALS"}
        assert await asyncio.wait_for(service.process.wait(), 60) == 0


async def until_closed(service: Service) -> None:
    """Until it takes no new connection."""
    async with asyncio.timeout(60), httpx2.AsyncClient(base_url=service.http.base_url) as newcomer:
        while True:
            try:
                await newcomer.get("/health/live", headers={"connection": "close"})
            except httpx2.TransportError:
                return
            await asyncio.sleep(0.05)


async def test_it_says_not_ready_before_it_closes(tmp_path: Path, url: str) -> None:
    async with served(tmp_path, url, DRAIN_SECONDS="8") as service:
        service.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(8):
            while (await service.http.get("/health/ready")).status_code == 200:
                await asyncio.sleep(0.01)
        assert (await service.http.get("/health/live")).status_code == 200
        assert (await service.ask("{ me { id } }")).json() == {"data": {"me": None}}
        assert await asyncio.wait_for(service.process.wait(), 30) == 0


async def test_canaries_are_nowhere(tmp_path: Path, url: str, mail_server: MailServer) -> None:
    smtp = {**mail_server.environment, "LOG_LEVEL": "DEBUG"}
    async with served(tmp_path, url, **smtp) as service:
        typed = f'mutation {{ register(email: "a@example.com", password: "{CANARY}") {{ id }} }}'
        assert "errors" not in (await service.ask(typed)).json()
        token = token_in(await mail_server.wait_for("a@example.com"))
        login = 'mutation($p: String!) { login(email: "a@example.com", password: $p) { %s } }'
        session = (await service.ask(login % "accessToken refreshToken", p=CANARY)).json()
        access, refresh = session["data"]["login"].values()
        texts = [
            (await service.ask(f'mutation {{ verify(token: "{token}") {{ id }} }}')).text,
            (await service.ask(f'mutation {{ verify(token: "{token}") {{ id }} }}')).text,
            (await service.ask("mutation($t: Int!) { verify(token: $t) { id } }", t=token)).text,
            (await service.ask("query($t: Int!) { users(first: $t) { edges { cursor } } }",
                               t=CANARY)).text,
            (await service.ask(f'mutation {{ login(email: "a", pasword: "{CANARY}") }}')).text,
            (await service.ask("{ me { id } }", access + "x")).text,
            (await service.ask("{ me { id } }", refresh)).text,
            (await service.ask(f'mutation {{ refresh(refreshToken: "{access}") '
                               "{ expiresIn } }")).text,
            (await service.http.get("/metrics")).text,
        ]  # fmt: skip
        service.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(service.process.wait(), 30)
    log = service.log.read_text()
    lines = [json.loads(line) for line in log.splitlines()]
    assert {"account registered", "login", "address verified"} <= {line["event"] for line in lines}
    for secret in (CANARY, token, access, refresh):
        assert not any(secret in text for text in texts)
        assert secret not in log


async def test_several_processes_make_one_key(tmp_path: Path, url: str) -> None:
    async with served(tmp_path, url) as one, served(tmp_path, url) as two:
        keys = [(await service.http.get("/.well-known/jwks.json")).json() for service in (one, two)]
        assert keys[0] == keys[1]
    assert (tmp_path / "keys" / "auth-es256.pem").stat().st_mode & 0o077 == 0


class Swallowing(MailServer):
    """Takes a mail and never says so, until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.swallow = True

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        while self.swallow:
            await asyncio.sleep(0.05)
        return answer


async def test_killed_between_sending_and_marking_the_same_mail_is_sent_again(
    tmp_path: Path, url: str
) -> None:
    server = Swallowing()
    server.start()
    register = """mutation { register(email: "anna@example.com", password: "Passw0rd-1") { id } }"""
    connection = await asyncpg.connect(url)
    try:
        async with served(tmp_path, url, **server.environment) as service:
            await service.ask(register)
            await server.wait_for("anna@example.com")
            service.process.kill()
            await service.process.wait()
        server.swallow = False
        (row,) = await connection.fetch("SELECT * FROM outbox WHERE kind = 'mail'")
        assert row["finished_at"] is None
        # two minutes later
        await connection.execute("UPDATE outbox SET leased_until = clock_timestamp()")
        async with served(tmp_path, url, **server.environment):
            again = await server.wait_for("anna@example.com", 2)
            async with asyncio.timeout(60):
                while await connection.fetch(
                    "SELECT 1 FROM outbox WHERE kind = 'mail' AND finished_at IS NULL"
                ):
                    await asyncio.sleep(0.05)
        first = server.to("anna@example.com")[0]
        assert again["Message-ID"] == first["Message-ID"]
        assert token_in(again) == token_in(first)
        assert len(server.to("anna@example.com")) == 2
    finally:
        await connection.close()
        server.stop()
