"""Instances that are killed while they publish: every day becomes one offer all the same."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.catalog_service.desk import CREATE, schedule_input
from tests.catalog_service.kit import GATEWAY_KEY, SECRET, Catalog, Person

SCHEDULES = 20
WAITS = """CREATE FUNCTION waits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF (SELECT count(*) FROM offers) >= {} THEN PERFORM pg_advisory_xact_lock(7391); END IF;
  RETURN NEW;
END $$"""
AT_EACH_OFFER = """CREATE TRIGGER waits BEFORE INSERT ON offers
  FOR EACH ROW EXECUTE FUNCTION waits()"""
WAITING = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'"""


async def start(url: str, log: Path) -> asyncio.subprocess.Process:
    """An instance as a process of its own, which does nothing else than publish all the time."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path.cwd()),
        "ENV": "dev",
        "PORT": "0",
        "DATABASE_URL": url,
        "GATEWAY_KEY": GATEWAY_KEY,
        "JWT_SECRET": SECRET,
        "SCHEDULES_EVERY_SECONDS": "0.01",
        "DATABASE_TIMEOUT_SECONDS": "60",
    }
    with log.open("ab") as out:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "catalog_service", env=environment, stdout=out, stderr=out
        )


async def published(catalog: Catalog) -> int:
    return int((await catalog.sql("SELECT count(*) FROM offers"))[0][0])


@asynccontextmanager
async def nobody_comes_past(catalog: Catalog, offers: int) -> AsyncIterator[None]:
    """Whoever would publish more than that waits, in the midst of a transaction."""
    await catalog.sql("SELECT pg_advisory_lock(7391)")
    await catalog.sql(WAITS.format(offers))
    await catalog.sql(AT_EACH_OFFER)
    yield
    await catalog.sql("SELECT pg_advisory_unlock(7391)")
    await catalog.sql("DROP TRIGGER waits ON offers")  # once those that waited are over


async def until_waiting(catalog: Catalog, count: int) -> None:
    async with asyncio.timeout(60):
        while (await catalog.sql(WAITING))[0][0] < count:
            await asyncio.sleep(0.02)


async def kill(instances: Iterable[asyncio.subprocess.Process]) -> None:
    for instance in instances:
        instance.kill()
        await instance.wait()


async def test_killed_again_and_again_each_day_is_published_once(
    own_catalog: Catalog, own_database: str, owner: Person, tmp_path: Path
) -> None:
    place = await own_catalog.open_place(owner)
    given = schedule_input(place, onSaleMinutesBefore=3 * 24 * 60)
    for _ in range(SCHEDULES):
        assert (await own_catalog.ask(owner, CREATE, input=given)).codes == []
    expected = SCHEDULES * 3

    async def started() -> list[asyncio.subprocess.Process]:
        return [await start(own_database, tmp_path / f"log-{each}") for each in range(2)]

    async with nobody_comes_past(own_catalog, 20):
        instances = await started()
        await until_waiting(own_catalog, 2)
        await kill(instances)
    assert 0 < await published(own_catalog) < expected  # both were killed half-way
    while (before := await published(own_catalog)) < expected:
        instances = await started()
        async with asyncio.timeout(60):
            while await published(own_catalog) < min(expected, before + 12):
                await asyncio.sleep(0.02)
        await kill(instances)
    rows = await own_catalog.sql(
        """SELECT count(*), count(DISTINCT (schedule_id, day)), count(DISTINCT offer_id)
        FROM schedule_days JOIN offers ON offers.id = offer_id"""
    )
    assert tuple(rows[0]) == (expected, expected, expected)
