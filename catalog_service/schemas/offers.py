"""Offers on the wire: fields and inputs."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self, cast
from uuid import UUID

import strawberry
from strawberry import UNSET

import catalog_service.schemas.enums  # noqa: F401  the enums below are exposed there
from catalog_service.domain import offers as domain
from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet
from catalog_service.domain.offers import Availability, OfferChanges, OfferDetails, OfferStatus
from catalog_service.domain.pickup import PickupWindow
from catalog_service.schemas.changes import changes_of
from catalog_service.schemas.money import Money


@strawberry.type
class OfferFields:
    """What an offer tells by itself."""

    source: ClassVar[type] = domain.Offer

    id: UUID = strawberry.field(description="The offer's id.")
    title: str = strawberry.field(description="What it is, in a few words.")
    description: str = strawberry.field(description="What it is, at length; may be empty.")
    price: Money = strawberry.field(description="The price of one portion.")
    original_price: Money = strawberry.field(description="What one portion costs otherwise.")
    quantity_total: int = strawberry.field(description="Portions offered.")
    quantity_available: int = strawberry.field(description="Portions that nobody has reserved.")
    max_per_customer: int | None = strawberry.field(
        description="Portions that one customer may have; null: as many as are left."
    )
    pickup_start: datetime = strawberry.field(description="When the pickup window begins.")
    pickup_end: datetime = strawberry.field(description="When the pickup window ends.")
    status: OfferStatus = strawberry.field(description="What the partner decided.")
    availability: Availability = strawberry.field(
        description="What status, stock and time come to now."
    )
    tags: list[str] = strawberry.field(description="Words to find it by, in lower case.")
    allergens: list[Allergen] | None = strawberry.field(
        description="Declared allergens; empty when there are none, null when undeclared."
    )
    diets: list[Diet] = strawberry.field(description="Diets that it fits, as declared.")
    created_at: datetime = strawberry.field(description="When it was created.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    discount: int = strawberry.field(
        description="Per cent off the original price, rounded down; 0 to 100."
    )
    distance: float | None = strawberry.field(
        description="Kilometres from `near`, in lists that were searched with it; else null."
    )
    place_id: strawberry.Private[UUID]
    stored_image_urls: strawberry.Private[list[str]]

    @classmethod
    def of(cls, offer: domain.Offer) -> Self:
        """The domain's own: it has these fields, so nothing is copied; resolvers run on it."""
        return cast("Self", offer)


@strawberry.input(description="A new offer; it begins as a draft.")
class CreateOfferInput:
    """What a partner says about a new offer."""

    place_id: UUID = strawberry.field(description="The place that offers it.")
    title: str = strawberry.field(description="What it is: 1 to 120 characters.")
    description: str = strawberry.field(default="", description="At most 4000 characters.")
    price: Decimal = strawberry.field(
        description="The price of one portion, in the place's currency and no finer than that."
    )
    original_price: Decimal = strawberry.field(
        description="What one portion costs otherwise; not less than the price."
    )
    quantity_total: int = strawberry.field(description="Portions offered: 1 to 100000.")
    pickup_start: datetime = strawberry.field(description="When the pickup window begins.")
    pickup_end: datetime = strawberry.field(
        description="When it ends: later, by at most 48 hours, and in the future."
    )
    tags: list[str] = strawberry.field(
        default_factory=list, description="At most 20 words to find it by, each of 1 to 40."
    )
    allergens: list[Allergen] | None = strawberry.field(
        default=None, description="Declared allergens; empty: there are none; null: undeclared."
    )
    diets: list[Diet] = strawberry.field(
        default_factory=list, description="Diets that it fits; empty: none is declared."
    )
    image_urls: list[str] = strawberry.field(
        default_factory=list,
        description="At most 10 public https addresses of pictures, or addresses from an upload.",
    )

    max_per_customer: int | None = strawberry.field(
        default=None, description="Portions that one customer may have; null: as many as are left."
    )

    def details(self) -> OfferDetails:
        """As the domain takes it."""
        return OfferDetails(
            title=self.title,
            description=self.description,
            price=self.price,
            original_price=self.original_price,
            quantity_total=self.quantity_total,
            window=PickupWindow(self.pickup_start, self.pickup_end),
            tags=self.tags,
            allergens=self.allergens,
            image_urls=self.image_urls,
            max_per_customer=self.max_per_customer,
            diets=self.diets,
        )


@strawberry.input(description="Changes to an offer; what is absent stays as it is.")
class UpdateOfferInput:
    """What a partner changes."""

    title: str | None = strawberry.field(default=UNSET, description="1 to 120 characters.")
    description: str | None = strawberry.field(
        default=UNSET, description="At most 4000 characters."
    )
    price: Decimal | None = strawberry.field(
        default=UNSET, description="The price of one portion, for new reservations."
    )
    original_price: Decimal | None = strawberry.field(
        default=UNSET, description="What one portion costs otherwise; not less than the price."
    )
    quantity_total: int | None = strawberry.field(
        default=UNSET, description="Portions offered; not fewer than are taken."
    )
    pickup_start: datetime | None = strawberry.field(
        default=UNSET, description="Not later than before while reservations are live."
    )
    pickup_end: datetime | None = strawberry.field(
        default=UNSET, description="Not earlier than before while reservations are live."
    )
    tags: list[str] | None = strawberry.field(default=UNSET, description="All tags from now on.")
    allergens: list[Allergen] | None = strawberry.field(
        default=UNSET,
        description="All allergens from now on, none fewer while reservations are live; null: "
        "undeclared.",
    )
    diets: list[Diet] | None = strawberry.field(
        default=UNSET,
        description="All diets from now on, none fewer while reservations are live.",
    )
    image_urls: list[str] | None = strawberry.field(
        default=UNSET, description="All pictures from now on."
    )

    max_per_customer: int | None = strawberry.field(
        default=UNSET,
        description="Portions that one customer may have, for new reservations; null: as many as "
        "are left.",
    )

    def changes(self) -> OfferChanges:
        """As the domain takes it. Raises ``InvalidInput`` for a null that means nothing."""
        given = changes_of(self, nullable={"allergens", "max_per_customer"})
        return OfferChanges(
            pickup_start=given.pop("pickup_start", None),
            pickup_end=given.pop("pickup_end", None),
            details=given,
        )


@strawberry.input(description="What differs in a copy of an offer; what is absent is the same.")
class CopyOfferInput:
    """The copy's window, and what a partner may want to change with it."""

    pickup_start: datetime = strawberry.field(description="When the copy's pickup window begins.")
    pickup_end: datetime = strawberry.field(
        description="When it ends: later, by at most 48 hours, and in the future."
    )
    quantity_total: int | None = strawberry.field(
        default=UNSET, description="Portions offered: 1 to 100000."
    )
    price: Decimal | None = strawberry.field(default=UNSET, description="The price of one portion.")

    def changes(self) -> OfferChanges:
        """As the domain takes it. Raises ``InvalidInput`` for a null."""
        given = changes_of(self)
        return OfferChanges(
            pickup_start=given.pop("pickup_start"),
            pickup_end=given.pop("pickup_end"),
            details=given,
        )
