"""What people look for, and in which order they read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet
from catalog_service.domain.errors import InvalidInput, Violation
from catalog_service.domain.money import DECIMALS, is_amount, what_amounts_are
from catalog_service.domain.offers import Availability, OfferStatus
from catalog_service.domain.places import (
    Box,
    Nearby,
    PlaceCategory,
    box_faults,
    coordinate_faults,
    radius_faults,
)
from catalog_service.domain.short_words import is_quantity
from catalog_service.domain.text import tags_faults, text_faults, without_directions

LONGEST_SEARCH: Final = 200
LONGEST_TYPED: Final = 1_000
"""With the marks of directions that keyboards put in."""
MOST_TERMS: Final = 10


class OfferOrder(StrEnum):
    """How offers are sorted; equals are told apart by id."""

    PICKUP_START = "PICKUP_START"
    PRICE = "PRICE"
    NEWEST = "NEWEST"
    DISTANCE = "DISTANCE"
    DISCOUNT = "DISCOUNT"
    RELEVANCE = "RELEVANCE"


class PlaceOrder(StrEnum):
    """How places are sorted; equals are told apart by id."""

    NAME = "NAME"
    DISTANCE = "DISTANCE"
    RELEVANCE = "RELEVANCE"


@dataclass(frozen=True, slots=True)
class OfferSearch:
    """Conditions that all hold for what is found; None and empty ask for nothing.

    ``text``: each of its words occurs in title, description, tags or the place's name, with a
    typing error at most. ``categories``: of the place. ``currency``: of the prices.
    ``min_discount``: per cent. ``pickup_from`` and ``pickup_until``: the pickup window overlaps
    this span. ``statuses``: asked for, unpublished offers of the actor's own places are found too,
    and ended ones.
    """

    text: str | None = None
    tags: tuple[str, ...] = ()
    excluded_allergens: tuple[Allergen, ...] = ()
    diets: tuple[Diet, ...] = ()
    currency: str | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    min_discount: int | None = None
    pickup_from: datetime | None = None
    pickup_until: datetime | None = None
    place_id: UUID | None = None
    availabilities: tuple[Availability, ...] | None = None
    only_available: bool = False
    statuses: tuple[OfferStatus, ...] | None = None
    near: Nearby | None = None
    box: Box | None = None
    categories: tuple[PlaceCategory, ...] | None = None
    order: OfferOrder = OfferOrder.PICKUP_START

    @property
    def asks_for_prices(self) -> bool:
        """Whether amounts are compared, which only those of one currency can be."""
        return self.min_price is not None or self.max_price is not None

    def without_conditions_on_offers(self) -> "OfferSearch":
        """The same places in the same order."""
        return OfferSearch(
            near=self.near, box=self.box, categories=self.categories, order=self.order
        )

    @property
    def asks_for_unpublished(self) -> bool:
        """Whether what is found depends on who asks."""
        return bool(set(self.statuses or ()) - {OfferStatus.ACTIVE})


@dataclass(frozen=True, slots=True)
class PlaceSearch:
    """Conditions on open places. Without an order: by distance if ``near`` is given, by name."""

    text: str | None = None
    near: Nearby | None = None
    categories: tuple[PlaceCategory, ...] | None = None
    box: Box | None = None
    order: PlaceOrder = PlaceOrder.NAME


def check_offer_search(search: OfferSearch) -> None:
    """Raise ``InvalidInput`` with every fault of a search."""
    faults = [
        *_text_faults(search.text),
        *tags_faults(("filter", "tags"), list(search.tags)),
        *_price_faults(search),
        *_span_faults(search),
        *_discount_faults(search.min_discount),
        *_area_faults(search),
        *_order_faults(search),
    ]
    if faults:
        raise InvalidInput(faults)


def check_place_search(search: PlaceSearch) -> None:
    """Raise ``InvalidInput`` with every fault of a search."""
    faults = [*_text_faults(search.text), *_area_faults(search), *_order_faults(search)]
    if faults:
        raise InvalidInput(faults)


def terms(text: str | None) -> list[str]:
    """The words of a search, each once, a number with its unit as one; at most as many as count."""
    words: list[str] = []
    for word in without_directions(text or "").split():
        if words and is_quantity(f"{words[-1]} {word}"):
            words[-1] = f"{words[-1]} {word}"
        else:
            words.append(word)
    return list(dict.fromkeys(words))[:MOST_TERMS]


def _text_faults(text: str | None) -> Iterable[Violation]:
    if text is not None:
        # Of half a megabyte it is enough to know that it is too long.
        typed = text if len(text) > LONGEST_TYPED else without_directions(text)
        yield from text_faults(("filter", "text"), typed, LONGEST_SEARCH, lines=True)


def _price_faults(search: OfferSearch) -> Iterable[Violation]:
    currency = search.currency
    if currency is not None and currency not in DECIMALS:
        message = "The ISO 4217 code of a currency in use, such as EUR."
        yield Violation(("filter", "currency"), "UNKNOWN", message)
        currency = None
    least, most = search.min_price, search.max_price
    fine = True
    for name, amount in (("minPrice", least), ("maxPrice", most)):
        if amount is not None and not is_amount(amount, currency):
            fine = False
            yield Violation(("filter", name), "NOT_AN_AMOUNT", what_amounts_are(currency))
    if fine and least is not None and most is not None and most < least:
        message = "Not below `minPrice`."
        yield Violation(("filter", "maxPrice"), "BELOW_MIN_PRICE", message, "minPrice")


def _span_faults(search: OfferSearch) -> Iterable[Violation]:
    first, last = search.pickup_from, search.pickup_until
    if first is not None and last is not None and last < first:
        message = "Not before `pickupFrom`."
        yield Violation(("filter", "pickupUntil"), "BEFORE_PICKUP_FROM", message, "pickupFrom")


def _discount_faults(discount: int | None) -> Iterable[Violation]:
    if discount is not None and not 0 <= discount <= 100:  # noqa: PLR2004
        message = "Per cent: between 0 and 100."
        yield Violation(("filter", "minDiscount"), "OUT_OF_RANGE", message)


def _area_faults(search: OfferSearch | PlaceSearch) -> Iterable[Violation]:
    near, box = search.near, search.box
    if near is not None:
        where = ("filter", "near")
        yield from coordinate_faults(near.latitude, near.longitude, *where)
        yield from radius_faults(near.radius_km, *where)
    if box is not None:
        yield from box_faults(box, "filter", "box")


def _order_faults(search: OfferSearch | PlaceSearch) -> Iterable[Violation]:
    if search.order.value == "DISTANCE" and search.near is None:
        yield Violation(("orderBy",), "NEEDS_NEAR", "DISTANCE needs `filter.near`.")
    if search.order.value == "RELEVANCE" and not terms(search.text):
        yield Violation(("orderBy",), "NEEDS_TEXT", "RELEVANCE needs `filter.text`.")
