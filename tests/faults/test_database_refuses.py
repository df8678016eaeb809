"""PostgreSQL is there and does not serve: full, read-only, behind a dead network, changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx2
import pytest

from est.postgres import EmbeddedPostgres
from shared.database import migrations
from shared.database.migrations import current_revision, downgrade, migrate
from shared.errors import ServiceUnreachable
from tests.catalog_service.kit import GATEWAY_KEY, Catalog, Person, running_catalog
from tests.testkit.fleet import Server
from tests.testkit.frozen import frozen
from tests.testkit.ports import free_ports
from tests.testkit.postgres import Databases
from tests.testkit.swallowing import network_to

OFFERS = "{ offers { edges { cursor } } }"
UNAVAILABLE = ["UNAVAILABLE"]
END_OTHERS = """SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"""
LEFT = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1::int[])"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server of these tests alone, with few connections."""
    folder: Path = tmp_path_factory.mktemp("refusing")
    [port] = free_ports(1)
    with EmbeddedPostgres(folder, port=port, durable=False, max_connections=60) as server:
        yield server


@pytest.fixture(scope="module")
def databases(server: EmbeddedPostgres) -> Databases:
    return Databases(server)


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    async with databases.lent("catalog_service") as url:
        yield url


@pytest.fixture
def owner() -> Person:
    return Person("partner")


@pytest.fixture
async def admin(server: EmbeddedPostgres) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(server.url())
    yield connection
    await connection.close()


async def hang_up(admin: asyncpg.Connection) -> None:
    """End everybody's connections, as a restart would; none is left that was told to end."""
    ended = [row["pid"] for row in await admin.fetch(END_OTHERS)]
    async with asyncio.timeout(60):
        while await admin.fetchval(LEFT, ended):
            await asyncio.sleep(0.01)


async def readiness(catalog: Catalog) -> tuple[int, str]:
    answer = await catalog.http.get("/health/ready")
    return answer.status_code, answer.json()["status"]


async def until_served(catalog: Catalog) -> None:
    async with asyncio.timeout(60):
        while (await catalog.ask(None, OFFERS)).codes or await readiness(catalog) != (200, "ok"):
            await asyncio.sleep(0.05)


async def test_100_nobody_is_let_in_any_more(
    url: str, admin: asyncpg.Connection, owner: Person
) -> None:
    """A password that was changed, a database that is gone: away, not a fault of the service."""
    given = urlsplit(url)
    name, role, password = given.path.lstrip("/"), given.username, given.password
    shut = (
        (f"ALTER ROLE {role} PASSWORD 'another'", f"ALTER ROLE {role} PASSWORD '{password}'"),
        (f"ALTER DATABASE {name} RENAME TO gone", f"ALTER DATABASE gone RENAME TO {name}"),
    )
    async with running_catalog(url) as catalog:
        offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
        for close, open_again in shut:
            await until_served(catalog)
            await renamed(admin, close)
            try:
                assert (await until_codes(catalog, OFFERS)) == UNAVAILABLE
                assert (await catalog.reserve(Person(), offer)).codes == UNAVAILABLE
                assert await readiness(catalog) == (503, "unavailable")
                assert (await catalog.http.get("/health/live")).status_code == 200
            finally:
                await admin.execute(open_again)
        await until_served(catalog)
        assert (await catalog.reserve(Person(), offer)).codes == []


async def renamed(admin: asyncpg.Connection, statement: str) -> None:
    """Run a statement that wants nobody connected; they come back all the time."""
    async with asyncio.timeout(60):
        while True:
            await admin.execute(END_OTHERS)
            with suppress(asyncpg.ObjectInUseError):
                await admin.execute(statement)
                break
    await hang_up(admin)


async def until_codes(catalog: Catalog, query: str) -> list[str]:
    """The codes once there are any: a connection that was busy may live a moment longer."""
    async with asyncio.timeout(60):
        while not (codes := (await catalog.ask(None, query)).codes):
            await asyncio.sleep(0.02)
    return codes


async def test_101_a_network_that_swallows_everything_and_heals(
    url: str, server: EmbeddedPostgres, owner: Person
) -> None:
    """Connections that were idle then are dead, all of them; one request finds out for all."""
    async with (
        network_to(server.port) as network,
        running_catalog(
            url.replace(f":{server.port}/", f":{network.port}/"), database_timeout_seconds=3.0
        ) as catalog,
    ):
        place = await catalog.open_place(owner)
        offer = await catalog.publish_offer(owner, place, quantityTotal=100)
        await asyncio.gather(*(catalog.reserve(Person(), offer) for _ in range(6)))
        await asyncio.gather(*(catalog.ask(None, OFFERS) for _ in range(6)))
        network.swallow()
        lost = await asyncio.gather(catalog.ask(None, OFFERS), catalog.reserve(Person(), offer))
        assert [answer.codes for answer in lost] == [UNAVAILABLE] * 2
        assert (await readiness(catalog))[0] == 503
        assert (await catalog.http.get("/health/live")).status_code == 200
        network.heal()
        # One of each pool may still meet a connection of then; it finds out for all.
        await asyncio.gather(catalog.ask(None, OFFERS), catalog.reserve(Person(), offer))
        async with asyncio.timeout(60):
            while await readiness(catalog) != (200, "ok"):
                await asyncio.sleep(0.05)
        for _ in range(8):
            assert (await catalog.ask(None, OFFERS)).codes == []
            assert (await catalog.reserve(Person(), offer)).codes == []
        await catalog.draft_offer(owner, place)


async def test_102_another_instance_migrates_beneath_a_running_one(url: str, owner: Person) -> None:
    """Statements are prepared for the schema of their day; nobody hears of it when it changes."""
    changes = (
        "ALTER TABLE reservations ALTER COLUMN pickup_code TYPE varchar(60)",
        "ALTER TABLE reservations ADD COLUMN later integer",
        "ALTER TABLE places ALTER COLUMN time_zone TYPE varchar(90)",
        "ALTER TABLE offers ALTER COLUMN currency TYPE varchar(30)",
    )
    async with running_catalog(url) as catalog:
        offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
        await asyncio.gather(*(catalog.reserve(Person(), offer) for _ in range(4)))
        for change in changes:
            await catalog.sql(change)
            answers = await asyncio.gather(
                *(catalog.ask(None, OFFERS) for _ in range(4)), catalog.reserve(Person(), offer)
            )
            assert [answer.codes for answer in answers] == [[]] * 5, change
            await catalog.publish_offer(owner, await catalog.open_place(owner))


@asynccontextmanager
async def starting(url: str, folder: Path, **more: str) -> AsyncIterator[Server]:
    """The catalog as a process that has just been started."""
    [port] = free_ports(1)
    environment = {
        "PYTHONPATH": str(Path(__file__).parents[2]), "ENV": "dev", "PORT": str(port),
        "DATABASE_URL": url, "GATEWAY_KEY": GATEWAY_KEY, "DATABASE_TIMEOUT_SECONDS": "2", **more,
    }  # fmt: skip
    catalog = Server("catalog", port, folder / "catalog.log", environment, "catalog_service")
    async with catalog.started():
        yield catalog


async def until_unready(catalog: Server) -> None:
    async with asyncio.timeout(60):
        while True:
            assert catalog.process is not None
            assert catalog.process.returncode is None, catalog.told()
            with suppress(httpx2.TransportError):
                if (await catalog.http.get("/health/ready")).status_code == 503:
                    return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("left", [0, 1])
async def test_103_started_while_the_database_takes_nobody_it_waits_and_serves(
    url: str, server: EmbeddedPostgres, tmp_path: Path, left: int
) -> None:
    async with AsyncExitStack() as others:
        with suppress(asyncpg.TooManyConnectionsError):
            while True:
                taken = await asyncpg.connect(server.url())
                others.push_async_callback(taken.close)
        if left:
            await taken.close()
        async with starting(url, tmp_path) as catalog:
            await until_unready(catalog)
            assert (await catalog.http.get("/health/live")).status_code == 200
            await others.aclose()
            await catalog.until_ready()
            assert "Traceback" not in catalog.told()


async def test_103_a_start_that_waits_ends_at_the_first_signal(
    url: str, server: EmbeddedPostgres, tmp_path: Path
) -> None:
    with frozen(server.pid):
        async with starting(url, tmp_path, DATABASE_TIMEOUT_SECONDS="60") as catalog:
            async with asyncio.timeout(60):
                while "Waiting for application startup" not in catalog.told():
                    await asyncio.sleep(0.05)
            assert catalog.process is not None
            catalog.process.terminate()
            began = time.monotonic()
            assert await catalog.process.wait() == 0, catalog.told()
            assert time.monotonic() - began < 30  # it would have waited for a minute
            assert "Traceback" not in catalog.told()


@pytest.mark.parametrize("wrong", ["role", "database"])
async def test_103_what_waiting_does_not_mend_ends_the_start_with_a_word(
    url: str, tmp_path: Path, wrong: str
) -> None:
    address = f"{url}_nowhere" if wrong == "database" else url.replace("://", "://nobody_", 1)
    async with starting(address, tmp_path) as catalog:
        assert catalog.process is not None
        assert await catalog.process.wait() != 0
    assert "DATABASE_URL" in catalog.told()


async def test_104_a_migration_steps_back_while_somebody_holds_a_table(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for an exclusive lock has everybody wait behind it: a dump would stop sales."""
    monkeypatch.setattr(migrations, "PAUSE_SECONDS", 0.5)
    newest = await current_revision(url)
    await downgrade(url, "catalog_service", "0041")
    holder = await asyncpg.connect(url)
    reader = await asyncpg.connect(url)
    try:
        held = holder.transaction()
        await held.start()
        await holder.fetch("SELECT 1 FROM offers")
        migrating = asyncio.create_task(migrate(url, "catalog_service"))
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        for expected in (1, 0, 1):  # it waits, steps back, and comes again
            async with asyncio.timeout(60):
                while await reader.fetchval(waits) != expected:
                    await asyncio.sleep(0.02)
            await reader.fetch("SELECT 1 FROM offers")
        await held.rollback()
        await migrating
        assert await current_revision(url) == newest

        await downgrade(url, "catalog_service", "0041")
        monkeypatch.setattr(migrations, "ATTEMPTS", 1)
        async with holder.transaction():
            await holder.fetch("SELECT 1 FROM offers")
            with pytest.raises(ServiceUnreachable, match="lock timeout"):
                await migrate(url, "catalog_service")
    finally:
        await reader.close()
        await holder.close()


async def test_105_while_nothing_can_be_written_reading_goes_on_and_readiness_says_so(
    url: str, admin: asyncpg.Connection, owner: Person
) -> None:
    name = urlsplit(url).path.lstrip("/")
    async with running_catalog(url) as catalog:
        offer = await catalog.publish_offer(owner, await catalog.open_place(owner))
        await admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        await hang_up(admin)
        async with asyncio.timeout(60):
            while await readiness(catalog) != (200, "degraded"):
                await asyncio.sleep(0.05)
        assert (await catalog.ask(None, OFFERS)).codes == []
        assert (await catalog.reserve(Person(), offer)).codes == UNAVAILABLE
        await admin.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        # Connections from before stay read-only, as those to a standby do after a failover.
        await until_served(catalog)
        async with asyncio.timeout(60):
            while (await catalog.reserve(Person(), offer)).codes:
                await asyncio.sleep(0.05)
