"""Who reserved, works at places and reported, for as many reservations as there are offers.

Rows are made from the offers, by PostgreSQL itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import asyncpg

from benchmarks.catalog.data import place_id
from catalog_service.domain.actors import Actor, Role

OFFERS_PER_CUSTOMER = 10
OWNERS = 700
PLACES_OF_CHAIN = 50
OWNED_PLACE = 507  # by an owner who has no other: of 1,000 places the first 300 owners have two


def customer_id(number: int) -> UUID:
    """The id of a customer, as PostgreSQL makes it below."""
    return UUID(f"00000000-0000-0000-0001-{number:012}")


def owner_id(place: int) -> UUID:
    """Who owns the place of this number."""
    return UUID(f"00000000-0000-0000-0002-{place % OWNERS:012}")


USUAL_CUSTOMER = customer_id(7)
# Made one reservation in a hundred.
FREQUENT_CUSTOMER = UUID("00000000-0000-0000-0003-000000000000")
OWNER = Actor(user_id=owner_id(OWNED_PLACE), role=Role.PARTNER)
CHAIN = Actor(user_id=UUID("00000000-0000-0000-0004-000000000000"), role=Role.PARTNER)
ADMIN = Actor(user_id=UUID("00000000-0000-0000-0005-000000000000"), role=Role.ADMIN)

_RESERVATIONS = """
    INSERT INTO reservations (
        id, offer_id, place_id, user_id, quantity, unit_price, original_unit_price, currency,
        pickup_start, pickup_end, status, pickup_code, idempotency_key, request_hash, title,
        created_at, updated_at
    )
    SELECT
        gen_random_uuid(), id, place_id,
        CASE WHEN random() < 0.01 THEN $1::uuid ELSE
            ('00000000-0000-0000-0001-' || lpad((number % $2)::text, 12, '0'))::uuid END,
        1, price_amount, original_price_amount, currency, pickup_start, pickup_end,
        (CASE WHEN pickup_end > now() THEN $3::text[] ELSE $4 END)[1 + floor(random() * 5)::int],
        number, number, '', title, created_at, created_at
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS number FROM offers) AS numbered
"""
_OF_COMING = ["RESERVED"] * 3 + ["CANCELLED_BY_CUSTOMER", "CANCELLED_BY_PARTNER"]
_OF_OVER = ["PICKED_UP"] * 3 + ["EXPIRED", "CANCELLED_BY_PARTNER"]
_HISTORY = """
    INSERT INTO user_history (user_id, offer_id, action, created_at)
    SELECT user_id, offer_id, 'OFFER_RESERVED', created_at FROM reservations
"""
# One reservation in ten is reported, and one report in twenty is still open.
_REPORTS = """
    INSERT INTO reports (
        id, offer_id, place_id, reporter_id, reason, text, created_at, closed_at, resolution
    )
    SELECT
        gen_random_uuid(), offer_id, place_id, user_id, 'OTHER', '', created_at,
        CASE WHEN is_closed THEN now() END, CASE WHEN is_closed THEN '' END
    FROM (SELECT *, random() < 0.95 AS is_closed FROM reservations WHERE random() < 0.1) AS drawn
"""


async def fill(url: str) -> None:
    """Add them to a catalog that has offers and nothing else."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT setseed(0.29)")
            offers = await connection.fetchval("SELECT count(*) FROM offers")
            customers = max(offers // OFFERS_PER_CUSTOMER, 1)
            await connection.execute(
                _RESERVATIONS, FREQUENT_CUSTOMER, customers, _OF_COMING, _OF_OVER
            )
            await connection.execute(_HISTORY)
            await connection.execute(_REPORTS)
            places = await connection.fetchval("SELECT count(*) FROM places")
            await connection.copy_records_to_table(
                "partnerships",
                records=partnership_rows(places),
                columns=("id", "partner_user_id", "place_id", "role"),
            )
        await connection.execute("VACUUM (ANALYZE) reservations, user_history, reports")
        await connection.execute("ANALYZE partnerships")
    finally:
        await connection.close()


def partnership_rows(places: int) -> Iterator[tuple[object, ...]]:
    """An owner for each place, and a manager for the first fifty."""
    for number in range(places):
        yield uuid4(), owner_id(number), place_id(number), "OWNER"
    for number in range(PLACES_OF_CHAIN):
        yield uuid4(), CHAIN.user_id, place_id(number), "MANAGER"
