"""Places and partnerships on the wire: fields and inputs."""

from datetime import datetime
from typing import Any, ClassVar, Self, cast
from uuid import UUID

import strawberry
from strawberry import UNSET

import catalog_service.schemas.enums  # noqa: F401  the enums below are exposed there
from catalog_service.domain import places as domain
from catalog_service.domain.places import (
    PartnershipRole,
    PartnershipStatus,
    PlaceCategory,
    PlaceDetails,
)
from catalog_service.schemas.changes import changes_of
from catalog_service.schemas.opening_hours import (
    OpeningHours,
    OpeningHoursInput,
    SpecialDay,
    SpecialDayInput,
)
from shared.graphql.fields import list_of

_PHONE = "With its country code, however it is written; it is stored as E.164."
_WEBSITE = "A public http:// or https:// address."
_OPENING_HOURS = "At most 6 intervals a day, none over another."
_SPECIAL_DAYS = "Dates on which other hours hold, at most 100."


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
    category: PlaceCategory | None = strawberry.field(
        description="What kind of place it is, if said."
    )
    phone: str | None = strawberry.field(description="Its telephone number, E.164.")
    website: str | None = strawberry.field(description="Its website.")
    opening_hours: list[OpeningHours] = strawberry.field(
        description="When it is open, in the order of the week; empty: not said.",
        directives=[list_of(7)],
    )
    special_days: list[SpecialDay] = strawberry.field(
        description="Dates on which other hours hold, in their order.", directives=[list_of(3)]
    )
    created_at: datetime = strawberry.field(description="When it was created.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    distance: float | None = strawberry.field(
        description="Kilometres from `near`, in lists that were searched with it and for the "
        "places of their offers; else null."
    )

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
    invited_at: datetime | None = strawberry.field(
        description="Since when it waits to be accepted; null where it does not."
    )
    place_id: strawberry.Private[UUID]
    partner_user_id: strawberry.Private[UUID]
    inviter_id: strawberry.Private[UUID | None]

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
    category: PlaceCategory | None = strawberry.field(
        default=None, description="What kind of place it is."
    )
    phone: str | None = strawberry.field(default=None, description=_PHONE)
    website: str | None = strawberry.field(default=None, description=_WEBSITE)
    opening_hours: list[OpeningHoursInput] = strawberry.field(
        default_factory=list, description=_OPENING_HOURS
    )
    special_days: list[SpecialDayInput] = strawberry.field(
        default_factory=list, description=_SPECIAL_DAYS
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
            category=self.category,
            phone=self.phone,
            website=self.website,
            opening_hours=tuple(each.hours() for each in self.opening_hours),
            special_days=tuple(each.special_day() for each in self.special_days),
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
    category: PlaceCategory | None = strawberry.field(
        default=UNSET, description="What kind of place it is; null: not said."
    )
    phone: str | None = strawberry.field(default=UNSET, description=f"{_PHONE} Null: none.")
    website: str | None = strawberry.field(default=UNSET, description=f"{_WEBSITE} Null: none.")
    opening_hours: list[OpeningHoursInput] | None = strawberry.field(
        default=UNSET, description=f"All of them from now on. {_OPENING_HOURS}"
    )
    special_days: list[SpecialDayInput] | None = strawberry.field(
        default=UNSET, description=f"All of them from now on. {_SPECIAL_DAYS}"
    )

    def changes(self) -> dict[str, Any]:
        """What is given, by name. Raises ``InvalidInput`` for a null that means nothing."""
        given = changes_of(self, nullable={"category", "phone", "website"})
        if self.opening_hours:
            given["opening_hours"] = tuple(each.hours() for each in self.opening_hours)
        if self.special_days:
            given["special_days"] = tuple(each.special_day() for each in self.special_days)
        return given
