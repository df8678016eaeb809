"""A catalog of any size by COPY: the same rows for the same size, made as they are sent.

A million offers take about two minutes: rows are copied into tables without their indexes, which
are made afterwards.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import asyncpg

SEED = 20261129
COLUMNS = (
    "id", "place_id", "title", "description", "price_amount", "original_price_amount", "currency",
    "quantity_total", "quantity_available", "pickup_start", "pickup_end", "status", "tags",
    "allergens", "diets", "image_urls", "created_at", "updated_at",
)  # fmt: skip
PLACE_COLUMNS = (
    "id", "name", "description", "address", "latitude", "longitude", "time_zone", "currency",
    "category",
)  # fmt: skip
CITIES = (
    (52.52, 13.40), (48.85, 2.35), (48.14, 11.58), (53.55, 9.99), (50.94, 6.96), (41.39, 2.17),
    (40.42, -3.70), (45.46, 9.19), (52.37, 4.90), (48.21, 16.37), (50.08, 14.44), (47.38, 8.54),
)  # fmt: skip
WORDS = (
    "bread", "rolls", "croissant", "bagel", "soup", "salad", "pizza", "pasta", "sushi", "cake",
    "pretzel", "quiche", "sandwich", "curry", "muffin", "tart", "veg", "fruit", "box", "surprise",
)  # fmt: skip
DIETS = ("vegetarian", "vegan", "lactose_free", "gluten_free", "halal", "kosher")  # ever rarer
ALLERGENS = ("gluten", "milk", "eggs", "nuts", "soybeans", "fish", "sesame")
CATEGORIES = ("bakery", "restaurant", "butcher")  # all but two in fifty are bakeries
RARE_CURRENCY = "CHF"
RARE_TAG = "truffle"
RARE_TITLE = "Pumpernickel"
_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename = 'offers' AND indexname <> 'pk_offers'
"""
_UNUSED_STATISTICS = "ALTER INDEX ix_offers_found ALTER COLUMN 5 SET STATISTICS 0"  # as migrated
# A query that inserts is not run by several workers, one that makes a table is.
_WORDS = """
    CREATE TEMPORARY TABLE found_words ON COMMIT DROP AS
        SELECT DISTINCT word FROM offers, unnest(catalog_words(search_text)) AS word;
    INSERT INTO search_words SELECT word FROM found_words ON CONFLICT DO NOTHING
"""


def place_rows(count: int) -> Iterator[tuple[object, ...]]:
    """Places around a dozen cities, the first city holding a third of them."""
    chance = random.Random(SEED)
    for number in range(count):
        city = CITIES[0] if number % 3 == 0 else CITIES[number % len(CITIES)]
        yield (
            place_id(number),
            f"{chance.choice(WORDS).title()} House {number}",
            "",
            f"{number} Main Street",
            city[0] + chance.gauss(0, 0.08),
            city[1] + chance.gauss(0, 0.12),
            "Europe/Berlin",
            currency_of(number),
            CATEGORIES[number % 50 if number % 50 < len(CATEGORIES) else 0],
        )


def currency_of(place: int) -> str:
    """Nearly all are in euros."""
    return RARE_CURRENCY if place % 250 == 0 else "EUR"


def place_id(number: int) -> UUID:
    """The id of a place."""
    return UUID(int=(0xE57 << 96) + number)


def offer_rows(count: int, places: int, now: datetime) -> Iterator[tuple[object, ...]]:
    """Offers from 30 days ago to 14 days ahead; half of them have ended."""
    chance = random.Random(SEED + 1)
    pick, number_of, id_bits = chance.random, chance.randrange, chance.getrandbits
    for number in range(count):
        start = now + timedelta(seconds=int((pick() * 28 - 14) * 86_400))
        price = Decimal(50 + int(pick() ** 3 * 9_950)) / 100
        total = 1 + number_of(20)
        rare = number % 20_000 == 0
        words = (WORDS[number_of(20)], WORDS[int(pick() ** 2 * 20)])
        status = ("active",) if pick() < 0.9 else ("draft", "paused", "cancelled")
        place = number_of(places)
        yield (
            UUID(int=id_bits(128)),
            place_id(place),
            f"{RARE_TITLE if rare else words[0].title()} {number}",
            f"Fresh {words[1]} of today, enough for {total}.",
            price,
            price * 2,
            currency_of(place),
            total,
            number_of(total + 1),
            start,
            start + timedelta(hours=1 + number_of(6)),
            status[number_of(len(status))],
            [*dict.fromkeys(words)] + ([RARE_TAG] if rare else []),
            None if pick() < 0.2 else [ALLERGENS[number_of(7)]] * (number_of(3) > 0),
            [diet for rarity, diet in enumerate(DIETS) if pick() < 0.3 / 4**rarity],
            [],
            (made := start - timedelta(seconds=number_of(864_000))),
            made,
        )


async def load(url: str, offers: int, places: int = 1_000) -> None:
    """Fill an empty, migrated catalog."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET maintenance_work_mem = '512MB'")
        async with connection.transaction():
            await connection.copy_records_to_table(
                "places", records=place_rows(places), columns=PLACE_COLUMNS
            )
            indexes = await connection.fetch(_INDEXES)
            for name, _ in indexes:
                await connection.execute(f'DROP INDEX "{name}"')
            await connection.execute("ALTER TABLE offers DISABLE TRIGGER note_new_words")
            await connection.copy_records_to_table(
                "offers", records=offer_rows(offers, places, datetime.now(UTC)), columns=COLUMNS
            )
            for _, definition in indexes:
                await connection.execute(definition)
            await connection.execute(_UNUSED_STATISTICS)
            await connection.execute("ALTER TABLE offers ENABLE TRIGGER note_new_words")
            await connection.execute(_WORDS)
        await connection.execute("VACUUM (ANALYZE) offers")
        await connection.execute("ANALYZE places, search_words")
    finally:
        await connection.close()
