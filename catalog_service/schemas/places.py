"""Places and partnerships on the wire: fields and inputs."""

from datetime import datetime
from typing import Any, ClassVar, Self, cast
from uuid import UUID

import strawberry
from strawberry import UNSET

import catalog_service.schemas.enums  # noqa: F401  the enums below are exposed there
from catalog_service.domain import places as domain
from catalog_service.domain.places import PartnershipRole, PartnershipStatus, PlaceDetails
from catalog_service.schemas.changes import changes_of


@strawberry.type
class PlaceFields:
    """What a place tells by itself."""

    source: ClassVar[type] = domain.Place

    id: UUID = strawberry.field(description="The place's id.")
    name: str = strawberry.field(description="Its name.")
    description: str = strawberry.field(description="What it is; may be empty.")
    address: str = strawberry.field(description="Where it is, in one line.")
    latitude: float = strawberry.field(description="Degrees north of the equator.")
    longitude: float = strawberry.field(description="Degrees east of Greenwich.")
    time_zone: str = strawberry.field(description="Its time zone, an IANA name.")
    currency: str = strawberry.field(description="The currency of all its prices, ISO 4217.")
    closed_at: datetime | None = strawberry.field(
        description="When it was closed for good; null while it is open."
    )
    staff_see_revenue: bool = strawberry.field(
        description="Whether its staff see what it takes, as owners and managers do."
    )
    created_at: datetime = strawberry.field(description="When it was created.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @classmethod
    def of(cls, place: domain.Place) -> Self:
        """The domain's own: it has these fields, so nothing is copied; resolvers run on it."""
        return cast("Self", place)


@strawberry.type
class PartnershipFields:
    """What a partnership tells by itself."""

    source: ClassVar[type] = domain.Partnership

    id: UUID = strawberry.field(description="The partnership's id.")
    role: PartnershipRole = strawberry.field(description="What the partner may do at the place.")
    is_active: bool = strawberry.field(description="Whether it holds at present.")
    status: PartnershipStatus = strawberry.field(description="How far it has come.")
    created_at: datetime = strawberry.field(description="When it began.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    place_id: strawberry.Private[UUID]
    partner_user_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, partnership: domain.Partnership) -> Self:
        """The domain's own: it has these fields, so nothing is copied; resolvers run on it."""
        return cast("Self", partnership)


@strawberry.input(description="A new place.")
class CreatePlaceInput:
    """What an owner says about a new place."""

    name: str = strawberry.field(description="Its name: 1 to 120 characters.")
    description: str = strawberry.field(default="", description="At most 4000 characters.")
    address: str = strawberry.field(description="Where it is: 1 to 300 characters.")
    latitude: float = strawberry.field(description="Degrees north of the equator: -90 to 90.")
    longitude: float = strawberry.field(description="Degrees east of Greenwich: -180 to 180.")
    time_zone: str = strawberry.field(description="An IANA name such as Europe/Berlin.")
    currency: str = strawberry.field(
        description="The currency of all its prices, ISO 4217; it never changes."
    )

    def details(self) -> PlaceDetails:
        """As the domain takes it."""
        return PlaceDetails(
            name=self.name,
            description=self.description,
            address=self.address,
            latitude=self.latitude,
            longitude=self.longitude,
            time_zone=self.time_zone,
            currency=self.currency,
        )


@strawberry.input(description="Changes to a place; what is absent stays as it is.")
class UpdatePlaceInput:
    """What an owner changes."""

    name: str | None = strawberry.field(default=UNSET, description="1 to 120 characters.")
    description: str | None = strawberry.field(
        default=UNSET, description="At most 4000 characters."
    )
    address: str | None = strawberry.field(default=UNSET, description="1 to 300 characters.")
    latitude: float | None = strawberry.field(default=UNSET, description="-90 to 90 degrees.")
    longitude: float | None = strawberry.field(default=UNSET, description="-180 to 180 degrees.")
    time_zone: str | None = strawberry.field(
        default=UNSET, description="An IANA name such as Europe/Berlin."
    )
    staff_see_revenue: bool | None = strawberry.field(
        default=UNSET, description="Whether its staff see what it takes."
    )

    def changes(self) -> dict[str, Any]:
        """What is given, by name. Raises ``InvalidInput`` for a null."""
        return changes_of(self)
