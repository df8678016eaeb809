"""PostgreSQL restarted and frozen, the service killed, under a catalog at work."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import httpx2
import pytest

from est.postgres import EmbeddedPostgres
from shared.database.migrations import migrate
from tests.catalog_service.kit import (
    GATEWAY_KEY,
    RESERVE,
    Catalog,
    Person,
    running_catalog,
)
from tests.catalog_service.processes import served
from tests.testkit.frozen import frozen
from tests.testkit.ports import free_port

ATTEMPTS = 5
OFFERS = "{ offers { edges { cursor } } }"


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server of this test alone, which comes back on the same port."""
    folder: Path = tmp_path_factory.mktemp("faulty")
    with EmbeddedPostgres(folder, port=free_port(), durable=False) as server:
        yield server


@pytest.fixture
async def patient(server: EmbeddedPostgres) -> AsyncIterator[Catalog]:
    """The service on that server: no time of its own runs out on a busy machine."""
    await migrate(server.url(), "catalog_service")
    async with running_catalog(server.url(), database_timeout_seconds=30.0) as catalog:
        yield catalog


@pytest.fixture
async def hasty(server: EmbeddedPostgres, patient: Catalog) -> AsyncIterator[Catalog]:
    """Another on the same server, with short patience: only for what may fail."""
    async with running_catalog(server.url(), database_timeout_seconds=1.0) as catalog:
        yield catalog


async def until_reserved(catalog: Catalog, customer: Person, offer: UUID, key: str) -> None:
    async with asyncio.timeout(60):
        while (await catalog.reserve(customer, offer, 1, key)).codes:
            await asyncio.sleep(0.05)


async def test_a_restart_under_load_loses_nothing_and_heals(
    server: EmbeddedPostgres, patient: Catalog, owner: Person
) -> None:
    """Healing is counted in attempts from when PostgreSQL is back: nothing waits in between."""
    offer = await patient.publish_offer(
        owner, await patient.open_place(owner), quantityTotal=100_000
    )
    kept: list[str] = []
    codes: set[str] = set()
    back = asyncio.Event()

    async def customer() -> list[list[str]]:
        """The codes of the attempts that began when PostgreSQL was back, to the fifth."""
        since: list[list[str]] = []
        while len(since) < ATTEMPTS:
            is_back = back.is_set()
            answer = await patient.reserve(Person(), offer)
            codes.update(answer.codes)
            if not answer.codes:
                kept.append(answer.data["reserveOffer"]["id"])
            if is_back:
                since.append(answer.codes)
            await asyncio.sleep(0.02)
        return since

    async def until_met(met: Collection[str]) -> None:
        async with asyncio.timeout(60):
            while not met:
                await asyncio.sleep(0.02)

    customers = [asyncio.create_task(customer()) for _ in range(4)]
    await until_met(kept)
    await asyncio.to_thread(server.stop)
    await until_met(codes)
    await asyncio.to_thread(server.start)
    back.set()
    for since in await asyncio.gather(*customers):
        assert since[1:] == [[]] * (ATTEMPTS - 1)  # the first may meet a connection that was lost
    assert codes == {"UNAVAILABLE"}
    rows = {str(row["id"]) for row in await patient.sql("SELECT id FROM reservations")}
    assert set(kept) <= rows
    available, total = await patient.stock(offer)
    assert total - available == len(rows)


async def test_a_frozen_server_is_bounded_unready_and_alive(
    server: EmbeddedPostgres, patient: Catalog, hasty: Catalog, owner: Person, customer: Person
) -> None:
    offer = await patient.publish_offer(owner, await patient.open_place(owner))
    await until_reserved(hasty, customer, offer, "before")
    with frozen(server.pid):
        async with asyncio.timeout(20):
            answers = await asyncio.gather(
                *(hasty.ask(None, OFFERS) for _ in range(12)),
                hasty.reserve(customer, offer, 1, "key"),
            )
            ready = await hasty.http.get("/health/ready")
            live = await hasty.http.get("/health/live")
    codes = {code for answer in answers for code in answer.codes}
    assert codes <= {"UNAVAILABLE", "TIMEOUT"}
    assert all(answer.errors[0]["extensions"]["retryable"] for answer in answers)
    assert (ready.status_code, live.status_code) == (503, 200)
    await until_reserved(hasty, customer, offer, "key")
    assert await patient.stock(offer) == (8, 10)


async def test_killed_while_reserving_then_asked_again(
    catalog: Catalog, database_url: str, owner: Person, tmp_path: Path
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    customers = [Person() for _ in range(5)]

    async def reserve(port: int, customer: Person) -> httpx2.Response | None:
        wish = {"offerId": str(offer), "quantity": 1, "key": "key"}
        headers = {
            "X-Gateway-Key": GATEWAY_KEY,
            "Authorization": f"Bearer {customer.token()}",
        }
        async with httpx2.AsyncClient(timeout=30) as http:
            try:
                return await http.post(
                    f"http://127.0.0.1:{port}/graphql",
                    json={"query": RESERVE, "variables": wish},
                    headers=headers,
                )
            except httpx2.TransportError:
                return None

    async with served(database_url, tmp_path) as (pid, port):
        under_way = [asyncio.create_task(reserve(port, customer)) for customer in customers]
        await asyncio.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
        await asyncio.gather(*under_way)
    async with served(database_url, tmp_path) as (_, port):
        for customer in customers:
            answer = await reserve(port, customer)
            assert answer is not None
            assert "errors" not in answer.json()
    assert await catalog.stock(offer) == (5, 10)
    assert len(await catalog.statuses(offer)) == 5


async def test_terminated_with_requests_in_flight_and_views_waiting(
    catalog: Catalog, database_url: str, owner: Person, customer: Person, tmp_path: Path
) -> None:
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    headers = {"X-Gateway-Key": GATEWAY_KEY, "Authorization": f"Bearer {customer.token()}"}
    look = {"query": f'{{ offer(id: "{offer}") {{ title }} }}'}
    async with served(database_url, tmp_path) as (pid, port):
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60
        ) as http:
            requests = [asyncio.create_task(http.post("/graphql", json=look)) for _ in range(50)]
            await asyncio.wait(requests, return_when=asyncio.FIRST_COMPLETED)
            os.kill(pid, signal.SIGTERM)
            done = await asyncio.gather(*requests, return_exceptions=True)
        answered = [each for each in done if isinstance(each, httpx2.Response)]
        answers = [each.json() for each in answered if each.status_code == 200]
        assert answers
        assert all(each["data"]["offer"] for each in answers)
        # A busy machine serves fewer at once: the others are told to try again.
        assert {each.status_code for each in answered} <= {200, 503}
        await until_ended(pid)
    rows = await catalog.sql("SELECT count(*) FROM user_history WHERE user_id = $1", customer.id)
    assert rows[0][0] == 1


async def test_killed_it_loses_only_views_of_the_last_moment(
    catalog: Catalog, database_url: str, owner: Person, tmp_path: Path
) -> None:
    """Views wait for VIEWS_EVERY_SECONDS at most; what was written stays."""
    offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
    look = {"query": f'{{ offer(id: "{offer}") {{ title }} }}'}
    viewers = [Person() for _ in range(20)]
    async with served(database_url, tmp_path, VIEWS_EVERY_SECONDS="0.2") as (pid, port):
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
            for viewer in viewers:
                headers = {
                    "X-Gateway-Key": GATEWAY_KEY,
                    "Authorization": f"Bearer {viewer.token()}",
                }
                await http.post("/graphql", json=look, headers=headers)
        async with asyncio.timeout(60):
            while await _viewers(catalog) < len(viewers):
                await asyncio.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
    assert await _viewers(catalog) == len(viewers)
    (row,) = await catalog.sql("SELECT sum(views) FROM offer_stats_daily")
    assert row[0] == len(viewers)


async def until_ended(pid: int) -> None:
    """Until a process is gone, or nothing of it is left but that its parent has not asked yet."""
    async with asyncio.timeout(60):
        with suppress(FileNotFoundError, ProcessLookupError):
            while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                await asyncio.sleep(0.05)


async def _viewers(catalog: Catalog) -> int:
    rows = await catalog.sql("SELECT count(DISTINCT user_id) FROM user_history")
    return int(rows[0][0])
