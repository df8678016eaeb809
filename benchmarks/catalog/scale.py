"""How a search's cost grows from 10,000 offers to 1,000,000: filters, orders, pairs, deep pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

from benchmarks.catalog.data import RARE_CURRENCY, RARE_TAG, RARE_TITLE, place_id
from benchmarks.catalog.database import catalogs_with
from benchmarks.catalog.growth import deep_growth, growths, opened, page_of, show
from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet
from catalog_service.domain.offers import Availability
from catalog_service.domain.places import Box, Nearby, PlaceCategory
from catalog_service.domain.search import OfferOrder, OfferSearch

SMALL, LARGE = 10_000, 1_000_000


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


async def measure(runs: int) -> None:
    """Print the table."""
    async with catalogs_with(SMALL, LARGE) as urls:
        await compare(urls, runs)


async def compare(urls: Sequence[str], runs: int) -> None:
    """Print the table for two databases that are there."""
    questions = {name: page_of(search) for name, search in searches().items()}
    async with opened(urls) as databases:
        found = await growths(databases, questions, runs)
        for order in OfferOrder:
            if order not in {OfferOrder.DISTANCE, OfferOrder.RELEVANCE}:
                found.append(
                    await deep_growth(databases, f"everything by {order}", OfferSearch(order=order))
                )
    show(found)
