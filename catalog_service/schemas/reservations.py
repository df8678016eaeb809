"""Reservations and activity on the wire: fields."""

from datetime import datetime
from typing import ClassVar, Self, cast
from uuid import UUID

import strawberry

import catalog_service.schemas.enums  # noqa: F401  the enums below are exposed there
from catalog_service.domain import activity, reservations
from catalog_service.domain.activity import Action
from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet
from catalog_service.domain.reservations import ReservationStatus
from catalog_service.schemas.money import Money


@strawberry.type
class ReservationFields:
    """What a reservation tells by itself."""

    id: UUID = strawberry.field(description="The reservation's id.")
    quantity: int = strawberry.field(description="Portions reserved.")
    unit_price: Money = strawberry.field(description="The price of one portion when reserved.")
    original_unit_price: Money = strawberry.field(
        description="What one portion cost otherwise when reserved."
    )
    total_price: Money = strawberry.field(description="What there is to pay at pickup.")
    pickup_start: datetime = strawberry.field(description="When the food can be picked up.")
    pickup_end: datetime = strawberry.field(description="Until when it can be picked up.")
    status: ReservationStatus = strawberry.field(description="Where it stands.")
    title: str = strawberry.field(description="What the offer was called when reserved.")
    description: str = strawberry.field(description="What the offer said when reserved.")
    allergens: list[Allergen] | None = strawberry.field(
        description="Allergens declared when reserved; empty when there were none, null when "
        "undeclared."
    )
    diets: list[Diet] = strawberry.field(description="Diets declared when reserved.")
    ended_at: datetime | None = strawberry.field(
        description="When it was picked up, cancelled or expired; null while it is live."
    )
    cancel_reason: str | None = strawberry.field(description="Why it was cancelled, if said.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    offer_id: strawberry.Private[UUID]
    place_id: strawberry.Private[UUID]
    user_id: strawberry.Private[UUID | None]
    code: strawberry.Private[str]
    ender_id: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, reservation: reservations.Reservation) -> Self:
        """From the domain's reservation."""
        return cls(
            id=reservation.id,
            quantity=reservation.quantity,
            unit_price=Money.of(reservation.unit_price),
            original_unit_price=Money.of(reservation.original_unit_price),
            total_price=Money.of(reservation.unit_price.times(reservation.quantity)),
            pickup_start=reservation.window.start,
            pickup_end=reservation.window.end,
            status=reservation.status,
            title=reservation.title,
            description=reservation.description,
            allergens=reservation.allergens,
            diets=reservation.diets,
            ended_at=reservation.ended_at,
            cancel_reason=reservation.cancel_reason,
            ender_id=reservation.ended_by,
            created_at=reservation.created_at,
            updated_at=reservation.updated_at,
            offer_id=reservation.offer_id,
            place_id=reservation.place_id,
            user_id=reservation.user_id,
            code=reservation.pickup_code,
        )


@strawberry.type
class ActivityFields:
    """What an entry of a history tells by itself."""

    source: ClassVar[type] = activity.Activity

    id: UUID = strawberry.field(description="The entry's id.")
    action: Action = strawberry.field(description="What happened.")
    details: str | None = strawberry.field(description="More about it, such as `quantity=2`.")
    created_at: datetime = strawberry.field(description="When it happened.")
    offer_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, entry: activity.Activity) -> Self:
        """The domain's own: it has these fields, so nothing is copied; resolvers run on it."""
        return cast("Self", entry)
