"""However a page is read, along the order or gathered, it is what one plain statement gives."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from catalog_service.domain.actors import Actor, Role
from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet
from catalog_service.domain.offers import Availability, OfferStatus
from catalog_service.domain.places import Box, Nearby, PlaceCategory
from catalog_service.domain.search import OfferOrder, OfferSearch
from catalog_service.repository import bounded_reads
from catalog_service.services.search_offers import count_searches, search_offers, settle
from shared.database import Database, reading
from shared.database.url import read_database_url
from shared.pagination.cursors import PageRequest
from tests.catalog_service.repository.offers import IN_ORDER, PLACES, WORDS

NOBODY = Actor(user_id=None)
QUANTITIES = ("figs 2kg", "figs 12 kg", "juice 1,5 l", "juice 5l", "떡 2개")
WAYS = {"walking": (3, 0, 0), "gathering": (1, 10**9, 10**9), "as it is": (500, 7_000, 20_000)}


KINDS = ((PlaceCategory.BAKERY,), (PlaceCategory.GROCERY, PlaceCategory.OTHER))


def conditions(chance: random.Random) -> dict[str, Any]:
    """Some of all there are, at random."""
    now = datetime.now(UTC)
    low = Decimal(chance.randrange(1, 10)) / 2
    every = {
        "text": chance.choice((*WORDS, "bred", "braed soup", "面", "or soup", "房", "2 kg")),
        "tags": tuple(chance.sample(("bread", "box", "suess"), chance.randrange(1, 3))),
        "excluded_allergens": (Allergen.GLUTEN,),
        "diets": (chance.choice((Diet.VEGAN, Diet.VEGETARIAN)),),
        "currency": chance.choice(("EUR", "JPY")),
        "min_price": low,
        "max_price": low + chance.randrange(3),
        "min_discount": chance.choice((0, 50, 51)),
        "pickup_from": now + timedelta(hours=chance.randrange(-60, 60)),
        "pickup_until": now + timedelta(hours=chance.randrange(-60, 60)),
        "place_id": UUID(int=chance.randrange(1, PLACES + 2)),
        "availabilities": tuple(chance.sample(list(Availability), chance.randrange(1, 4))),
        "only_available": True,
        "near": Nearby(50.5, 8.0, chance.choice((10.0, 40.0))),
        "box": Box(50.0, 7.0, 50.0 + chance.random(), 9.0),
        "categories": chance.choice(KINDS),
    }
    return {name: every[name] for name in chance.sample(list(every), chance.randrange(4))}


@dataclass
class Reading:
    """One way to read, page by page."""

    database: Database
    size: int
    actor: Actor = NOBODY

    async def ids(self, search: OfferSearch) -> list[UUID]:
        found: list[UUID] = []
        page = PageRequest(self.size, None, "")
        async with self.database.read() as connection:
            settled = await settle(connection, search)
            while True:
                rows = await search_offers(connection, settled, page, self.actor)
                found += [row.item.id for row in rows[: self.size]]
                if len(rows) <= self.size:
                    break
                last = rows[self.size - 1]
                page = replace(page, after=(last.sort_key, last.item.id))
            counted = await count_searches(connection, [settled], self.actor)
        assert counted[settled] == len(found), search
        return found


async def test_all_ways_give_the_same_pages(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(11)
    asked: list[OfferSearch] = []
    while len(asked) < 150:
        given = conditions(chance)
        order = chance.choice(list(OfferOrder))
        if order is OfferOrder.DISTANCE and "near" not in given:
            continue
        if order is OfferOrder.RELEVANCE and "text" not in given:
            continue
        asked.append(OfferSearch(order=order, **given))
    results: dict[str, list[list[UUID]]] = {}
    for way, (window, cheap, fairly) in WAYS.items():
        monkeypatch.setattr(bounded_reads, "FIRST_WINDOW", window)
        monkeypatch.setattr(bounded_reads, "CHEAP", cheap)
        monkeypatch.setattr(bounded_reads, "FAIRLY_CHEAP", fairly)
        monkeypatch.setattr(bounded_reads, "ROW_COST", 0 if way == "walking" else 3.4)
        results[way] = [await Reading(database, 7).ids(search) for search in asked]
    for way, found in results.items():
        for search, one, other in zip(asked, found, results["as it is"], strict=True):
            assert one == other, (way, search)
    sizes = [len(found) for found in results["walking"]]
    assert sum(size > 7 for size in sizes) > 30
    assert sum(size == 0 for size in sizes) > 5


async def test_pages_are_what_one_statement_gives(database: Database) -> None:
    """Against SQL written by hand."""
    chance = random.Random(5)
    plain = """SELECT id FROM offers WHERE status = 'active' AND deleted_at IS NULL
        AND pickup_end > now() AND price_amount <= $1 AND tag_keys @> $2
        AND (quantity_available > 0 OR NOT $3) ORDER BY """
    connection = await asyncpg.connect(
        database.address.url.set(drivername="postgresql").render_as_string(hide_password=False)
    )
    for order, columns in IN_ORDER.items():
        for available in (True, False):
            price, tags = Decimal(chance.randrange(1, 6)), chance.sample(["bread", "box"], 1)
            rows = await connection.fetch(plain + columns, price, tags, available)
            search = OfferSearch(
                max_price=price, tags=tuple(tags), only_available=available, order=order
            )
            assert await Reading(database, 5).ids(search) == [row["id"] for row in rows]
    await connection.close()


async def test_lists_of_several_statuses_are_what_one_statement_gives(database: Database) -> None:
    """Against SQL written by hand: everybody's on sale, the rest of one's own places."""
    chance = random.Random(23)
    partner = Actor(user_id=UUID(int=77), role=Role.PARTNER)
    own = [UUID(int=number) for number in (2, 3, 5)]
    every = [UUID(int=number + 1) for number in range(PLACES)]
    plain = """SELECT id FROM offers WHERE (status = 'active' AND 'active' = ANY ($1)
            OR status = ANY ($1) AND place_id = ANY ($2))
        AND tag_keys @> $3 AND price_amount >= $4 ORDER BY """
    connection = await asyncpg.connect(
        database.address.url.set(drivername="postgresql").render_as_string(hide_password=False)
    )
    join = """INSERT INTO partnerships (id, partner_user_id, place_id, role)
        VALUES (gen_random_uuid(), $1, $2, 'OWNER')"""
    await connection.executemany(join, [(partner.user_id, place) for place in own])
    admin = Actor(user_id=UUID(int=78), role=Role.ADMIN)
    found = set()
    for actor, places in ((partner, own), (admin, every), (NOBODY, [])):
        for order, columns in IN_ORDER.items():
            statuses = chance.choices(list(OfferStatus), k=chance.randrange(5))  # some twice
            tags, price = chance.sample(["bread"], chance.randrange(2)), chance.choice((0, 3))
            rows = await connection.fetch(plain + columns, statuses, places, tags, price)
            search = OfferSearch(
                statuses=tuple(statuses), tags=tuple(tags), min_price=Decimal(price), order=order
            )
            ids = await Reading(database, 5, actor).ids(search)
            assert ids == [row["id"] for row in rows], (actor, search)
            found.add(len(ids))
    assert {0} < found
    assert max(found) > 100
    await connection.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("面", {"面包", "新鲜面包房"}),
        ("包", {"面包", "新鲜面包房"}),
        ("面包", {"面包", "新鲜面包房"}),
        ("包房", {"新鲜面包房"}),
        ("包面", set()),
        ("🍕", {"🍕"}),
        ("o", {"or", "orange"}),
        ("or", {"or", "orange"}),
        ("co", {"corn"}),
        ("rn", set()),
        ("ca", {"café"}),
        ("zz", set()),
        ("2 kg", {"figs 2kg"}),
        ("12kg", {"figs 12 kg"}),
        ("1.5L", {"juice 1,5 l"}),
        ("5 l", {"juice 1,5 l", "juice 5l"}),
        ("떡2개", {"떡 2개"}),
        ("3 kg", set()),
    ],
)
async def test_short_words_are_found_by_their_keys(
    database_url: str, text: str, found: set[str]
) -> None:
    """In an alphabet as beginnings, elsewhere anywhere; the same walking and gathering."""
    connection = await asyncpg.connect(database_url)
    place = await connection.fetchval(
        "INSERT INTO places (id, name, address, latitude, longitude, time_zone, currency) VALUES"
        " (gen_random_uuid(), 'Here', '', 0, 0, 'UTC', 'EUR') RETURNING id"
    )
    start = datetime.now(UTC) + timedelta(hours=1)
    for word in (*WORDS, *QUANTITIES):
        await connection.execute(
            "INSERT INTO offers (id, place_id, title, price_amount, original_price_amount,"
            " currency, quantity_total, quantity_available, pickup_start, pickup_end, status)"
            " VALUES (gen_random_uuid(), $1, $2, 1, 1, 'EUR', 1, 1, $3, $4, 'active')",
            *(place, word, start, start + timedelta(hours=1)),
        )
    await connection.close()
    made = Database(read_database_url(database_url), pool_size=1, timeout=60.0)
    try:
        for first_window in (1, 500):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(bounded_reads, "FIRST_WINDOW", first_window)
                patch.setattr(reading, "SEQUENTIAL", 0 if first_window == 1 else 8)
                async with made.read() as reader:
                    settled = await settle(reader, OfferSearch(text=text))
                    rows = await search_offers(reader, settled, PageRequest(20, None, ""), NOBODY)
                assert {row.item.title for row in rows} == found
    finally:
        await made.dispose()
