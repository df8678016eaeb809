"""Filters on the wire."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import strawberry

from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet
from catalog_service.domain.offers import Availability, OfferStatus
from catalog_service.domain.places import Box, Nearby, PlaceCategory
from catalog_service.domain.search import (
    OfferOrder,
    OfferSearch,
    PlaceOrder,
    PlaceSearch,
    check_offer_search,
    check_place_search,
)
from catalog_service.domain.text import normal_tags, without_directions

Value = TypeVar("Value")


@strawberry.input(description="A circle on the map.")
class NearInput:
    """A point and a radius."""

    latitude: float = strawberry.field(description="Degrees north of the equator: -90 to 90.")
    longitude: float = strawberry.field(description="Degrees east of Greenwich: -180 to 180.")
    radius_km: float = strawberry.field(description="Kilometres: more than 0, at most 500.")

    def circle(self) -> Nearby:
        """As the domain takes it."""
        return Nearby(self.latitude, self.longitude, self.radius_km)


@strawberry.input(description="A rectangle on the map, as a map in a browser shows it.")
class BoxInput:
    """Two parallels and two meridians."""

    south: float = strawberry.field(description="Degrees north of the equator: -90 to `north`.")
    west: float = strawberry.field(
        description="Degrees east of Greenwich, -180 to 180; greater than `east` where the box "
        "crosses the date line."
    )
    north: float = strawberry.field(description="Degrees north of the equator: `south` to 90.")
    east: float = strawberry.field(description="Degrees east of Greenwich: -180 to 180.")

    def box(self) -> Box:
        """As the domain takes it."""
        return Box(self.south, self.west, self.north, self.east).with_whole_edges()


@strawberry.input(description="Which offers to find: all conditions hold.")
class OfferFilter:
    """Conditions on offers."""

    text: str | None = strawberry.field(
        default=None,
        description="Words that each occur in title, description, tags or the place's name. Case, "
        "accents, umlauts however they are written, and vowel points make no difference, and one "
        "typing error in a word of five letters or more is forgiven. In an alphabet a word of one "
        "or two letters is the beginning of one. A number and its unit are one word, apart or not.",
    )
    tags: list[str] | None = strawberry.field(
        default=None,
        description="Tags that the offer all has; case and accents make no difference.",
    )
    excluded_allergens: list[Allergen] | None = strawberry.field(
        default=None, description="Only offers that declare their allergens and have none of these."
    )
    diets: list[Diet] | None = strawberry.field(
        default=None, description="Only offers that are declared to fit all of these."
    )
    currency: str | None = strawberry.field(
        default=None,
        description="Only offers priced in this currency, ISO 4217. Without it, `minPrice` and "
        "`maxPrice` mean the currency that most places use in the circle or box, else anywhere.",
    )
    min_price: Decimal | None = strawberry.field(default=None, description="The lowest price.")
    max_price: Decimal | None = strawberry.field(
        default=None, description="The highest price; not below `minPrice`."
    )
    min_discount: int | None = strawberry.field(
        default=None, description="At least so many per cent off the original price: 0 to 100."
    )
    pickup_from: datetime | None = strawberry.field(
        default=None, description="The pickup window ends after this."
    )
    pickup_until: datetime | None = strawberry.field(
        default=None,
        description="The pickup window begins before this; not before `pickupFrom`.",
    )
    place_id: UUID | None = strawberry.field(default=None, description="Offers of this place.")
    availability: list[Availability] | None = strawberry.field(
        default=None, description="One of these; without it, whatever has not ended."
    )
    only_available: bool | None = strawberry.field(
        default=False, description="Only what can be reserved now."
    )
    status: list[OfferStatus] | None = strawberry.field(
        default=None,
        description="One of these, ended or not; other than ACTIVE only at one's own places.",
    )
    near: NearInput | None = strawberry.field(
        default=None, description="Offers of places in this circle."
    )
    box: BoxInput | None = strawberry.field(
        default=None, description="Offers of places in this rectangle."
    )
    category: list[PlaceCategory] | None = strawberry.field(
        default=None, description="Offers of places of one of these kinds."
    )

    def search(self, order: OfferOrder) -> OfferSearch:
        """As the domain takes it, checked. Raises ``InvalidInput``."""
        wanted = self._availabilities()
        search = OfferSearch(
            text=self.text,
            tags=tuple(without_directions(tag) for tag in self.tags or ()),
            excluded_allergens=_once(self.excluded_allergens) or (),
            diets=_once(self.diets) or (),
            currency=self.currency,
            min_price=self.min_price,
            max_price=self.max_price,
            min_discount=self.min_discount,
            pickup_from=self.pickup_from,
            pickup_until=self.pickup_until,
            place_id=self.place_id,
            availabilities=wanted,
            only_available=bool(self.only_available) and wanted is None,
            statuses=_once(self.status),
            near=None if self.near is None else self.near.circle(),
            box=None if self.box is None else self.box.box(),
            categories=_once(self.category),
            order=order,
        )
        check_offer_search(search)
        # Normal once they are judged: each once, they stand in other places than they were sent in.
        return replace(search, tags=tuple(normal_tags(search.tags)))

    def _availabilities(self) -> tuple[Availability, ...] | None:
        """Those that are asked for; of them only what can be reserved, where that is asked too."""
        wanted = _once(self.availability)
        if wanted is None or not self.only_available:
            return wanted
        return tuple(each for each in wanted if each is Availability.AVAILABLE)


def _once(values: list[Value] | None) -> tuple[Value, ...] | None:
    """Each value once: four hundred equal ones would be as many conditions."""
    return None if values is None else tuple(dict.fromkeys(values))


def offer_search(given: OfferFilter | None, order: OfferOrder) -> OfferSearch:
    """The search that the arguments ``filter`` and ``orderBy`` ask for."""
    return (given or OfferFilter()).search(order)


@strawberry.input(description="Which places to find: all conditions hold.")
class PlaceFilter:
    """Conditions on places."""

    text: str | None = strawberry.field(
        default=None,
        description="Words that each occur in name or address, written as in `OfferFilter.text`.",
    )
    near: NearInput | None = strawberry.field(default=None, description="Places in this circle.")
    box: BoxInput | None = strawberry.field(default=None, description="Places in this rectangle.")
    category: list[PlaceCategory] | None = strawberry.field(
        default=None, description="Places of one of these kinds."
    )


def place_search(given: PlaceFilter | None, order: PlaceOrder | None) -> PlaceSearch:
    """The search that ``filter`` and ``orderBy`` ask for, checked. Raises ``InvalidInput``.

    Without an order: by distance where there is one, else by name.
    """
    asked = given or PlaceFilter()
    near = None if asked.near is None else asked.near.circle()
    box = None if asked.box is None else asked.box.box()
    usual = PlaceOrder.NAME if near is None else PlaceOrder.DISTANCE
    search = PlaceSearch(
        text=asked.text,
        near=near,
        box=box,
        categories=_once(asked.category),
        order=order or usual,
    )
    check_place_search(search)
    return search
