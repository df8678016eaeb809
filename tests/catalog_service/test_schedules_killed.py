"""Instances that are killed while they publish: every day becomes one offer all the same."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from tests.catalog_service.desk import CREATE, schedule_input
from tests.catalog_service.kit import GATEWAY_KEY, SECRET, Catalog, Person

SCHEDULES = 20
ROUNDS = 4


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
    }
    with log.open("ab") as out:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "catalog_service", env=environment, stdout=out, stderr=out
        )


async def published(catalog: Catalog) -> int:
    return int((await catalog.sql("SELECT count(*) FROM offers"))[0][0])


async def test_killed_again_and_again_each_day_is_published_once(
    own_catalog: Catalog, own_database: str, owner: Person, tmp_path: Path
) -> None:
    place = await own_catalog.open_place(owner)
    given = schedule_input(place, onSaleMinutesBefore=3 * 24 * 60)
    for _ in range(SCHEDULES):
        assert (await own_catalog.ask(owner, CREATE, input=given)).codes == []
    expected = SCHEDULES * 3
    killed_at: list[int] = []
    for round_ in range(ROUNDS):
        instances = [await start(own_database, tmp_path / f"log-{each}") for each in range(2)]
        last_round = round_ == ROUNDS - 1
        goal = expected if last_round else min(expected, await published(own_catalog) + 12)
        for _ in range(1200):
            if await published(own_catalog) >= goal:
                break
            await asyncio.sleep(0.02)
        for instance in instances:
            instance.kill()
            await instance.wait()
        killed_at.append(await published(own_catalog))
        if killed_at[-1] == expected:
            break
    assert killed_at[-1] == expected, killed_at
    assert len(killed_at) > 1  # somebody was killed half-way
    rows = await own_catalog.sql(
        """SELECT count(*), count(DISTINCT (schedule_id, day)), count(DISTINCT offer_id)
        FROM schedule_days JOIN offers ON offers.id = offer_id"""
    )
    assert tuple(rows[0]) == (expected, expected, expected)
