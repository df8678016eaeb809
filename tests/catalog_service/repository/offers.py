"""Offers of all kinds at a few places, the same each time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from catalog_service.domain.search import OfferOrder

OFFERS, PLACES = 600, 30  # few are asked one by one
WORDS = ("bread", "rolls", "soup", "面包", "新鲜面包房", "café", "or", "orange", "corn", "🍕")
TAGS = ("bread", "box", "vegan", "süß")
IN_ORDER = {
    OfferOrder.PICKUP_START: "pickup_start, id",
    OfferOrder.PRICE: "price_amount, id",
    OfferOrder.NEWEST: "created_at DESC, id DESC",
    OfferOrder.DISCOUNT: "discount DESC, id DESC",
}
PLACE_COLUMNS = (
    "id", "name", "address", "latitude", "longitude", "time_zone", "currency", "category",
)  # fmt: skip
COLUMNS = (
    "id", "place_id", "title", "description", "price_amount", "original_price_amount", "currency",
    "quantity_total", "quantity_available", "pickup_start", "pickup_end", "status", "tags",
    "allergens", "diets", "created_at",
)  # fmt: skip


def offer_rows(chance: random.Random, places: list[UUID]) -> list[tuple[Any, ...]]:
    now = datetime.now(UTC).replace(microsecond=0)
    rows: list[tuple[Any, ...]] = []
    for _ in range(OFFERS):
        start = now + timedelta(hours=chance.randrange(-72, 72), minutes=chance.choice((0, 30)))
        price = Decimal(chance.randrange(1, 12)) / 2
        total = chance.randrange(1, 4)
        rows.append(
            (
                UUID(int=chance.getrandbits(128)),
                chance.choice(places),
                f"{chance.choice(WORDS).title()} {chance.choice(WORDS)}",
                chance.choice(("", f"With {chance.choice(WORDS)}.")),
                price,
                price * chance.choice((1, 2)),
                "EUR",
                total,
                chance.randrange(total + 1),
                start,
                start + timedelta(hours=chance.randrange(1, 48)),
                chance.choice(("active", "active", "active", "paused", "cancelled")),
                chance.sample(TAGS, chance.randrange(3)),
                chance.choice((None, [], ["gluten"], ["milk", "nuts"])),
                chance.choice(([], ["vegan"], ["vegetarian"])),
                start - timedelta(hours=chance.randrange(1, 50)),
            )
        )
    return rows
