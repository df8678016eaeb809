"""How the cost of each search grows from 10,000 offers to 1,000,000: filters, orders, pairs, pages.

Wall time of the repository's function with its statement, the median of a few; worst ratios first.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

from benchmarks.catalog.data import RARE_CURRENCY, RARE_TAG, RARE_TITLE, place_id
from benchmarks.catalog.database import catalogs_with
from catalog_service.domain.actors import Actor
from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet
from catalog_service.domain.offers import Availability
from catalog_service.domain.places import Box, Nearby, PlaceCategory
from catalog_service.domain.search import OfferOrder, OfferSearch
from catalog_service.services.search_offers import search_offers, settle
from shared.cursors import PageRequest
from shared.database import Database
from shared.database_url import read_database_url

SMALL, LARGE = 10_000, 1_000_000
NOBODY = Actor(user_id=None)
PAGES = 100
LEAST_MS = 2.0  # below this a ratio says more about the machine than about the search


def filters() -> Mapping[str, Mapping[str, Any]]:
    """Conditions, rare and frequent, some that nothing fulfils."""
    now = datetime.now(UTC)
    return {
        "text, frequent": {"text": "bread"},
        "text, rare": {"text": RARE_TITLE},
        "text, none": {"text": "zzyzx"},
        "text, mistyped": {"text": "croisant"},
        "text, a place": {"text": "bread house"},
        "text, two letters": {"text": "zz"},
        "text, an emoji": {"text": "🍕"},
        "diet, frequent": {"diets": (Diet.VEGETARIAN,)},
        "diet, rare": {"diets": (Diet.KOSHER,)},
        "discount, none": {"min_discount": 51},
        "tag, frequent": {"tags": ("bread",)},
        "tag, rare": {"tags": (RARE_TAG,)},
        "tags, two": {"tags": ("bread", "box")},
        "without gluten": {"excluded_allergens": (Allergen.GLUTEN,)},
        "price, narrow": {"min_price": Decimal("42.00"), "max_price": Decimal("42.10")},
        "price, low": {"max_price": Decimal("1.00")},
        "price, none": {"min_price": Decimal(5_000)},
        "pickup, today": {"pickup_until": now + timedelta(hours=8)},
        "pickup, in ten days": {"pickup_from": now + timedelta(days=10)},
        "currency, rare": {"currency": RARE_CURRENCY},
        "category, rare": {"categories": (PlaceCategory.BUTCHER,)},
        "category, frequent": {"categories": (PlaceCategory.BAKERY,)},
        "place": {"place_id": place_id(7)},
        "sold out": {"availabilities": (Availability.SOLD_OUT,)},
        "available": {"only_available": True},
        "ended": {"availabilities": (Availability.ENDED,)},
        "near, 50 km": {"near": Nearby(52.52, 13.40, 50.0)},
        "near, 1 km": {"near": Nearby(52.52, 13.40, 1.0)},
        "box, a city": {"box": Box(48.0, 2.0, 49.0, 3.0)},
        "box, half": {"box": Box(40.0, 5.0, 60.0, 20.0)},
        "near, nothing": {"near": Nearby(0.0, 0.0, 50.0)},
    }


def searches() -> Mapping[str, OfferSearch]:
    """Each filter in each order, and each pair of filters in the default order and by price."""
    found: dict[str, OfferSearch] = {}
    named = dict(filters())
    for order in OfferOrder:
        if order not in {OfferOrder.DISTANCE, OfferOrder.RELEVANCE}:
            found[f"everything by {order}"] = OfferSearch(order=order)
        for name, given in named.items():
            needs = {OfferOrder.DISTANCE: "near", OfferOrder.RELEVANCE: "text"}.get(order)
            if needs is None or needs in given:
                found[f"{name} by {order}"] = OfferSearch(order=order, **given)
    for (one, first), (other, second) in combinations(named.items(), 2):
        if not set(first) & set(second):
            for order in (OfferOrder.PICKUP_START, OfferOrder.PRICE):
                found[f"{one} + {other} by {order}"] = OfferSearch(order=order, **first, **second)
    return found


@dataclass(frozen=True, slots=True)
class Growth:
    """One search at both sizes, in milliseconds."""

    name: str
    small: float
    large: float

    @property
    def ratio(self) -> float:
        """How many times the small cost the large one is."""
        return self.large / max(self.small, LEAST_MS)


async def measure(runs: int) -> None:
    """Print the table."""
    async with catalogs_with(SMALL, LARGE) as (small, large):
        await compare(small, large, runs)


async def compare(small: str, large: str, runs: int) -> None:
    """Print the table for two databases that are there."""
    databases = [
        Database(read_database_url(url), pool_size=1, timeout=60) for url in (small, large)
    ]
    try:
        asked = searches()
        found = [
            Growth(name, *[await _median(each, search, runs) for each in databases])
            for name, search in asked.items()
        ]
        found += [
            await _deep(databases, order)
            for order in OfferOrder
            if order not in {"DISTANCE", "RELEVANCE"}
        ]
    finally:
        for each in databases:
            await each.dispose()
    found.sort(key=lambda growth: -growth.ratio)
    over = [growth for growth in found if growth.ratio > 2]
    print(f"{len(found)} searches, {len(over)} over twice the cost; the worst:")
    for growth in found[:40]:
        print(
            f"  {growth.ratio:7.2f} x  {growth.small:8.1f} → {growth.large:8.1f} ms  {growth.name}"
        )


async def _median(database: Database, search: OfferSearch, runs: int) -> float:
    page = PageRequest(20, None, "")
    times = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        async with database.read() as connection:
            await search_offers(connection, await settle(connection, search), page, NOBODY)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times[1:])


async def _deep(databases: list[Database], order: OfferOrder) -> Growth:
    """The hundredth page."""
    costs = []
    for database in databases:
        page, search = PageRequest(20, None, ""), OfferSearch(order=order)
        for _ in range(PAGES):
            began = time.perf_counter()
            async with database.read() as connection:
                rows = await search_offers(
                    connection, await settle(connection, search), page, NOBODY
                )
            cost = 1000 * (time.perf_counter() - began)
            last = rows[page.first - 1]
            page = replace(page, after=(last.sort_key, last.item.id))
        costs.append(cost)
    return Growth(f"page {PAGES} by {order}", *costs)
