"""What people look for, and in which order they read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from catalog_service.domain.allergens import Allergen
from catalog_service.domain.errors import InvalidInput, Violation
from catalog_service.domain.money import is_amount
from catalog_service.domain.offers import Availability, OfferStatus
from catalog_service.domain.places import Nearby, PlaceCategory, coordinate_faults, radius_faults
from catalog_service.domain.text import tags_faults, text_faults

LONGEST_SEARCH: Final = 200
MOST_TERMS: Final = 10


class OfferOrder(StrEnum):
    """How offers are sorted; equals are told apart by id."""

    PICKUP_START = "PICKUP_START"
    PRICE = "PRICE"
    NEWEST = "NEWEST"
    DISTANCE = "DISTANCE"


@dataclass(frozen=True, slots=True)
class OfferSearch:
    """Conditions that all hold for what is found; None and empty ask for nothing.

    ``text``: each of its words occurs in title, description or tags. ``pickup_from`` and
    ``pickup_until``: the pickup window overlaps this span. ``statuses``: asked for, unpublished
    offers of the actor's own places are found too, and ended ones.
    """

    text: str | None = None
    tags: tuple[str, ...] = ()
    excluded_allergens: tuple[Allergen, ...] = ()
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    pickup_from: datetime | None = None
    pickup_until: datetime | None = None
    place_id: UUID | None = None
    availabilities: tuple[Availability, ...] | None = None
    only_available: bool = False
    statuses: tuple[OfferStatus, ...] | None = None
    near: Nearby | None = None
    order: OfferOrder = OfferOrder.PICKUP_START

    @property
    def asks_for_unpublished(self) -> bool:
        """Whether what is found depends on who asks."""
        return bool(set(self.statuses or ()) - {OfferStatus.ACTIVE})


@dataclass(frozen=True, slots=True)
class PlaceSearch:
    """Conditions on open places. ``near`` also sorts by distance."""

    text: str | None = None
    near: Nearby | None = None
    categories: tuple[PlaceCategory, ...] | None = None


def check_offer_search(search: OfferSearch) -> None:
    """Raise ``InvalidInput`` with every fault of a search."""
    faults = [
        *_text_faults(search.text),
        *tags_faults(("filter", "tags"), list(search.tags)),
        *_price_faults(search),
        *_near_faults(search.near),
    ]
    if search.order is OfferOrder.DISTANCE and search.near is None:
        faults.append(Violation(("orderBy",), "NEEDS_NEAR", "DISTANCE needs `filter.near`."))
    if faults:
        raise InvalidInput(faults)


def check_place_search(search: PlaceSearch) -> None:
    """Raise ``InvalidInput`` with every fault of a search."""
    faults = [*_text_faults(search.text), *_near_faults(search.near)]
    if faults:
        raise InvalidInput(faults)


def terms(text: str | None) -> list[str]:
    """The words of a search, each once; longer than one can mean is cut."""
    return list(dict.fromkeys((text or "").split()))[:MOST_TERMS]


def _text_faults(text: str | None) -> Iterable[Violation]:
    if text is not None:
        yield from text_faults(("filter", "text"), text, LONGEST_SEARCH, lines=True)


def _price_faults(search: OfferSearch) -> Iterable[Violation]:
    for name, amount in (("minPrice", search.min_price), ("maxPrice", search.max_price)):
        if amount is not None and not is_amount(amount):
            yield Violation(("filter", name), "NOT_AN_AMOUNT", "Zero or more, two decimals.")


def _near_faults(near: Nearby | None) -> Iterable[Violation]:
    if near is not None:
        where = ("filter", "near")
        yield from coordinate_faults(near.latitude, near.longitude, *where)
        yield from radius_faults(near.radius_km, *where)
