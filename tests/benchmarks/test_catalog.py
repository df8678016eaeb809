"""What the catalog's benchmark asks finds something to measure."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.catalog.data import load
from benchmarks.catalog.growth import Growth, opened
from benchmarks.catalog.own_lists import questions
from benchmarks.catalog.people import fill
from tests.testkit.postgres import Databases

OWNED = "owner of one place: "
FOUND = {
    OWNED + "offers of all statuses by PRICE",
    OWNED + "each place's reservations",
    OWNED + "each place's offers",
    OWNED + "places",
    "manager of fifty: drafts by NEWEST",
    "manager of fifty: each place's reservations, EXPIRED",
    "manager of fifty: places",
    "admin: drafts by DISCOUNT",
    "admin: each place's reservations",
    "admin: open reports",
    "admin: closed reports",
    "customer: reservations",
    "customer: activity",
    "customer of 1 %: reservations",
}


async def test_everybody_finds_their_own(database_url_factory: Databases) -> None:
    asked, empty = questions(), set()
    async with database_url_factory.lent("catalog_service") as url:
        await load(url, 2_000)
        await fill(url)
        async with opened([url]) as (database,):
            for name in FOUND:
                async with database.read() as connection:
                    found = await asked[name](connection)
                pages = found.values() if isinstance(found, Mapping) else [found]
                if not any(pages):
                    empty.add(name)
    assert not empty


def test_a_ratio_is_not_of_less_than_two_milliseconds() -> None:
    assert Growth("", 0.1, 3.0).ratio == 1.5
    assert Growth("", 10.0, 30.0).ratio == 3.0
