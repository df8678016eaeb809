"""PostgreSQL restarted, frozen and cut off, under an auth service at work."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from auth_service.core.settings import AuthSettings
from est.postgres import EmbeddedPostgres
from shared.database.migrations import migrate
from tests.auth_service.subgraph import Subgraph, running
from tests.testkit.frozen import frozen
from tests.testkit.ports import free_port

ATTEMPTS = 5
ANNA = "anna@example.com"


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server of this test alone, which comes back on the same port."""
    folder: Path = tmp_path_factory.mktemp("faulty")
    with EmbeddedPostgres(folder, port=free_port(), durable=False) as server:
        yield server


def settings_for(server: EmbeddedPostgres, home: Path, timeout: float) -> AuthSettings:
    return AuthSettings(
        database_url=SecretStr(server.url()),
        gateway_key="gateway-key-of-tests",
        bcrypt_cost=4,
        database_timeout_seconds=timeout,
        est_home=home,
        catalog_service_url="http://127.0.0.1:1",
    )


@pytest.fixture
async def patient(server: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[Subgraph]:
    """The service on that server: no time of its own runs out on a busy machine."""
    await migrate(server.url(), "auth_service")
    async with running(settings_for(server, tmp_path, 30.0)) as subgraph:
        yield subgraph


@pytest.fixture
async def hasty(
    server: EmbeddedPostgres, patient: Subgraph, tmp_path: Path
) -> AsyncIterator[Subgraph]:
    """Another on the same server, with short patience: only for what may fail."""
    async with running(settings_for(server, tmp_path, 1.0)) as subgraph:
        yield subgraph


async def until_served(subgraph: Subgraph, token: str) -> None:
    async with asyncio.timeout(60):
        while (await subgraph.ask("{ me { id } }", token)).code is not None:
            await asyncio.sleep(0.05)


async def test_a_restart_under_load_loses_nothing_and_heals(
    server: EmbeddedPostgres, patient: Subgraph
) -> None:
    """Healing is counted in attempts from when PostgreSQL is back: nothing waits in between."""
    kept: list[str] = []
    codes: set[str | None] = set()
    back = asyncio.Event()

    async def customer(number: int) -> list[str | None]:
        """The codes of the attempts that began when PostgreSQL was back, to the fifth."""
        since: list[str | None] = []
        turn = 0
        while len(since) < ATTEMPTS:
            turn += 1
            is_back = back.is_set()
            email = f"u{number}.{turn}@example.com"
            answer = await patient.register(email, origin=f"10.{number}.{turn % 250}.1")
            codes.add(answer.code)
            if answer.code is None:
                kept.append(email)
            if is_back:
                since.append(answer.code)
            await asyncio.sleep(0.02)
        return since

    async def until_met(code: str | None) -> None:
        async with asyncio.timeout(60):
            while code not in codes:
                await asyncio.sleep(0.02)

    customers = [asyncio.create_task(customer(number)) for number in range(4)]
    await until_met(None)
    await asyncio.to_thread(server.stop)
    await until_met("UNAVAILABLE")
    await asyncio.to_thread(server.start)
    back.set()
    for since in await asyncio.gather(*customers):
        assert since[1:] == [None] * (ATTEMPTS - 1)  # the first may meet a lost connection
    assert codes == {None, "UNAVAILABLE"}
    rows = await patient.sql("SELECT email FROM users")
    assert set(kept) <= {row["email"] for row in rows}


async def test_a_frozen_server_is_bounded_unready_and_alive(
    server: EmbeddedPostgres, patient: Subgraph, hasty: Subgraph
) -> None:
    token = (await patient.signed_in(ANNA))["accessToken"]
    await until_served(hasty, token)
    with frozen(server.pid):
        async with asyncio.timeout(20):
            answers = await asyncio.gather(
                *(hasty.ask("{ me { id } }", token) for _ in range(12)),
                hasty.login(ANNA),
                hasty.register("new@example.com"),
            )
            ready = await hasty.http.get("/health/ready")
            live = await hasty.http.get("/health/live")
    assert {answer.code for answer in answers} <= {"UNAVAILABLE", "TIMEOUT"}
    assert all(answer.errors[0]["extensions"]["retryable"] for answer in answers)
    assert ready.status_code == 503
    assert "database" in ready.json()["checks"]
    assert live.status_code == 200
    await until_served(hasty, token)


async def test_reading_goes_on_for_others_when_one_statement_fails(patient: Subgraph) -> None:
    session = await patient.signed_in(ANNA)
    await patient.sql("ALTER TABLE outbox RENAME TO hidden")
    answers = await asyncio.gather(
        patient.register("new@example.com"),
        *(patient.ask("{ me { id } }", session["accessToken"]) for _ in range(10)),
    )
    assert answers[0].code == "INTERNAL"
    assert "outbox" not in answers[0].response.text
    assert {answer.code for answer in answers[1:]} == {None}
    await patient.sql("ALTER TABLE hidden RENAME TO outbox")
    assert await patient.sql("SELECT 1 FROM users WHERE email = 'new@example.com'") == []
