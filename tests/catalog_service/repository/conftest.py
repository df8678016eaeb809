"""A catalog with offers of all kinds."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from shared.database import Database
from shared.database.url import read_database_url
from tests.catalog_service.repository.offers import (
    COLUMNS,
    PLACE_COLUMNS,
    PLACES,
    WORDS,
    offer_rows,
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    chance = random.Random(7)
    connection = await asyncpg.connect(database_url)
    places = [UUID(int=number + 1) for number in range(PLACES)]
    await connection.copy_records_to_table(
        "places",
        columns=PLACE_COLUMNS,
        records=[
            (place, chance.choice(WORDS), "", 50 + chance.random(), 8.0, "UTC", "EUR", kind)
            for place, kind in zip(places, ("bakery", "grocery", None) * 10, strict=True)
        ],
    )
    await connection.copy_records_to_table(
        "offers", columns=COLUMNS, records=offer_rows(chance, places)
    )
    await connection.execute("ANALYZE offers, places")
    await connection.close()
    made = Database(read_database_url(database_url), pool_size=2, timeout=60.0)
    yield made
    await made.dispose()
