"""Faults 63 and 88, shortened: hundreds of documents, none the same, and nothing grows.

`python -m benchmarks.soak --minutes 60` is the long form.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.catalog.data import load
from benchmarks.soak.traffic import Traffic, run
from benchmarks.soak.watching import Watch
from tests.testkit.fleet import fleet
from tests.testkit.postgres import Databases

ROUNDS = 12
DOCUMENTS_A_ROUND = 60
# What is kept of documents is bounded; bounds that are reached soon show that they hold.
SMALL = {"CACHE__OPERATIONS": "100", "CACHE__REJECTED": "50", "PERSISTED__ENTRIES": "100"}


async def test_63_and_88_nothing_grows(tmp_path: Path, database_url_factory: Databases) -> None:
    watch = Watch()
    many = {"LIMITS_FACTOR": "1000"}
    async with fleet(tmp_path, database_url_factory, gateway=SMALL, auth=many) as running:
        await load(running.catalog_database, 200, 20)
        traffic = Traffic(running)
        for _ in range(ROUNDS):
            enough = asyncio.Event()
            until = traffic.seen.total() + DOCUMENTS_A_ROUND
            working = asyncio.create_task(run(traffic, 4, enough))
            while traffic.seen.total() < until and not working.done():
                await asyncio.sleep(0.02)
            enough.set()
            await working
            await watch.look(running)
        assert "Traceback" not in running.told()
    assert watch.grown() == [], watch.table()
    assert traffic.seen["INTERNAL"] == 0
    for kind in ("answered", "vanished", "GRAPHQL_PARSE_FAILED", "UNAUTHENTICATED"):
        assert traffic.seen[kind] > 0, traffic.seen
