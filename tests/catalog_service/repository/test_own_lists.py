"""What is read of many places at once is what one plain statement gives for each."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from catalog_service.domain.actors import NOBODY, Actor, Role
from catalog_service.domain.offers import OfferStatus
from catalog_service.domain.places import Box
from catalog_service.domain.reservations import ReservationStatus
from catalog_service.domain.search import OfferSearch
from catalog_service.repository import bounded_reads
from catalog_service.repository.paging import Page
from catalog_service.repository.reservations import (
    find_reservations_of_places,
    find_reservations_of_users,
)
from catalog_service.services.search_offers import count_offers_of_places, search_offers_of_places
from shared.database import Database
from shared.pagination.cursors import PageRequest
from tests.catalog_service.repository.offers import IN_ORDER, PLACES

SIZE = 3
FIRST = PageRequest(SIZE, None, "")
EVERY = [UUID(int=number + 1) for number in range(PLACES)]
OWN = [UUID(int=number) for number in (2, 3, 5)]
FORMER = UUID(int=7)
PARTNER = Actor(user_id=UUID(int=77), role=Role.PARTNER)
CUSTOMER = Actor(user_id=UUID(int=79), role=Role.USER)
ADMIN = Actor(user_id=UUID(int=78), role=Role.ADMIN)
WORKS_AT: Mapping[Actor, list[UUID]] = {PARTNER: OWN, ADMIN: EVERY, CUSTOMER: [], NOBODY: []}
RESERVED = """
    INSERT INTO reservations (
        id, offer_id, place_id, user_id, quantity, unit_price, original_unit_price, currency,
        pickup_start, pickup_end, status, pickup_code, idempotency_key, request_hash, title,
        created_at
    )
    SELECT gen_random_uuid(), id, place_id, $1, 1, 1, 1, 'EUR', pickup_start, pickup_end,
        ($2::text[])[1 + (number % cardinality($2))], number, number, '', title, created_at
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS number FROM offers) AS numbered
"""


@pytest.fixture
async def plain(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A connection of asyncpg's to a catalog where the partner works at three places."""
    url = database.address.url.set(drivername="postgresql")
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    join = """INSERT INTO partnerships (id, partner_user_id, place_id, role, is_active)
        VALUES (gen_random_uuid(), $1, $2, 'OWNER', $3)"""
    await connection.executemany(join, [(PARTNER.user_id, place, True) for place in OWN])
    await connection.execute(join, PARTNER.user_id, FORMER, False)
    await connection.execute("UPDATE offers SET deleted_at = now() WHERE price_amount = 3.5")
    yield connection
    await connection.close()


def ids(pages: Mapping[UUID, Page[Any]]) -> dict[UUID, list[UUID]]:
    return {place: [row.item.id for row in rows] for place, rows in pages.items()}


@pytest.mark.parametrize("actor", WORKS_AT, ids=("partner", "admin", "customer", "nobody"))
async def test_each_places_offers(
    database: Database, plain: asyncpg.Connection, actor: Actor
) -> None:
    chance = random.Random(3)
    found = """SELECT id FROM offers WHERE (status = 'active' AND 'active' = ANY ($1)
            OR status = ANY ($1) AND place_id = ANY ($2))
        AND place_id = $3 AND price_amount >= $4 AND deleted_at IS NULL ORDER BY """
    for order, columns in IN_ORDER.items():
        statuses = tuple(chance.sample(list(OfferStatus), 3))
        search = OfferSearch(
            statuses=statuses, min_price=Decimal(chance.choice((0, 3))), order=order
        )
        expected = {}
        for place in EVERY:
            given = statuses, WORKS_AT[actor], place, search.min_price
            expected[place] = [row["id"] for row in await plain.fetch(found + columns, *given)]
        async with database.read() as reader:
            first = await search_offers_of_places(reader, EVERY, FIRST, search, actor)
            counts = await count_offers_of_places(reader, EVERY, search, actor)
        assert ids(first) == {place: of[: SIZE + 1] for place, of in expected.items()}
        assert counts == {place: len(of) for place, of in expected.items()}
        for full in [place for place in EVERY if len(expected[place]) > SIZE][:1]:
            last = first[full][SIZE - 1]
            page = replace(FIRST, after=(last.sort_key, last.item.id))
            async with database.read() as reader:
                second = await search_offers_of_places(reader, [full], page, search, actor)
            assert ids(second) == {full: expected[full][SIZE : 2 * SIZE + 1]}


@pytest.mark.parametrize("most", [0, 10**9], ids=("each by itself", "all at once"))
async def test_each_places_count(
    database: Database, plain: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(bounded_reads, "FAIRLY_CHEAP", most)
    counted = """SELECT count(*) FROM offers WHERE status = 'active' AND pickup_end > now()
        AND tag_keys @> '{bread}' AND place_id = $1 AND deleted_at IS NULL"""
    everywhere = {place: await plain.fetchval(counted, place) for place in EVERY}
    for narrowed, places in (
        (OfferSearch(tags=("bread",)), EVERY),
        (OfferSearch(tags=("bread",), place_id=EVERY[3]), EVERY[3:4]),
        (OfferSearch(tags=("bread",), box=Box(0.0, 0.0, 1.0, 1.0)), []),
        (OfferSearch(tags=("bread",), statuses=()), []),
    ):
        async with database.read() as reader:
            counts = await count_offers_of_places(reader, EVERY, narrowed, NOBODY)
        assert counts == {place: everywhere[place] if place in places else 0 for place in EVERY}
    assert sum(everywhere.values()) > 20


@pytest.mark.parametrize("actor", WORKS_AT, ids=("partner", "admin", "customer", "nobody"))
async def test_each_places_reservations(
    database: Database, plain: asyncpg.Connection, actor: Actor
) -> None:
    await plain.execute(RESERVED, CUSTOMER.user_id, list(ReservationStatus))
    found = """SELECT id FROM reservations WHERE place_id = $1 AND place_id = ANY ($2)
        AND status = ANY ($3) ORDER BY created_at DESC, id DESC"""
    for statuses in (None, (ReservationStatus.EXPIRED,), tuple(ReservationStatus)[:3] * 2, ()):
        asked = list(ReservationStatus) if statuses is None else list(statuses)
        expected = {}
        for place in EVERY:
            rows = await plain.fetch(found, place, WORKS_AT[actor], asked)
            expected[place] = [row["id"] for row in rows]
        async with database.read() as reader:
            pages = await find_reservations_of_places(reader, EVERY, FIRST, statuses, actor)
        assert ids(pages) == {place: of[: SIZE + 1] for place, of in expected.items()}


async def test_a_customers_reservations(database: Database, plain: asyncpg.Connection) -> None:
    await plain.execute(RESERVED, CUSTOMER.user_id, list(ReservationStatus))
    user_id = CUSTOMER.user_id
    assert user_id is not None
    found = "SELECT id FROM reservations WHERE status = ANY ($1) ORDER BY created_at DESC, id DESC"
    for statuses in ((ReservationStatus.RESERVED,), tuple(ReservationStatus)):
        expected = [row["id"] for row in await plain.fetch(found, statuses)]
        page, read = FIRST, list[UUID]()
        async with database.read() as reader:
            while len(read) < 20:
                pages = await find_reservations_of_users(
                    reader, [user_id, UUID(int=1)], page, statuses
                )
                assert pages[UUID(int=1)] == []
                read += ids(pages)[user_id][:SIZE]
                last = pages[user_id][SIZE - 1]
                page = replace(page, after=(last.sort_key, last.item.id))
        assert read == expected[: len(read)]
