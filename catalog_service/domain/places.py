"""Places: where food is picked up, and who runs them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Final
from uuid import UUID
from zoneinfo import available_timezones

from catalog_service.domain.errors import InvalidInput, Violation
from catalog_service.domain.money import DECIMALS
from catalog_service.domain.opening_hours import OpeningHours, SpecialDay, opening_faults
from catalog_service.domain.text import name_faults, text_faults, website_faults

MOST_PARTNERSHIPS_SHOWN: Final = 20
MOST_INVITATIONS_SHOWN: Final = 100
LONGEST_NAME: Final = 120
LONGEST_ADDRESS: Final = 300
LONGEST_DESCRIPTION: Final = 4000
FARTHEST_KM: Final = 500.0
_HALF_ROUND: Final = 180.0


class PartnershipRole(StrEnum):
    """What a partner may do at a place; each role includes the ones after it."""

    OWNER = "OWNER"
    MANAGER = "MANAGER"
    STAFF = "STAFF"


class PartnershipStatus(StrEnum):
    """How far it has come. Derived from two columns, so that neither says more than it must."""

    INVITED = "INVITED"
    ACTIVE = "ACTIVE"
    ENDED = "ENDED"


class InvitationStatus(StrEnum):
    """What became of an invitation by mail; whether it has expired, its time says."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"


class PlaceCategory(StrEnum):
    """What kind of place it is. The value is what the database stores."""

    BAKERY = "bakery"
    CAFE = "cafe"
    RESTAURANT = "restaurant"
    CANTEEN = "canteen"
    GROCERY = "grocery"
    SUPERMARKET = "supermarket"
    GREENGROCER = "greengrocer"
    BUTCHER = "butcher"
    HOTEL = "hotel"
    CATERER = "caterer"
    OTHER = "other"


OWNERS: Final = (PartnershipRole.OWNER,)
OFFER_KEEPERS: Final = (PartnershipRole.OWNER, PartnershipRole.MANAGER)
ALL_PARTNERS: Final = (PartnershipRole.OWNER, PartnershipRole.MANAGER, PartnershipRole.STAFF)


@dataclass(frozen=True, slots=True)
class Place:
    """A bakery, grocery or restaurant. Latitude and longitude in degrees (WGS 84).

    ``distance``: kilometres from where was searched, None where nobody said.
    """

    id: UUID
    name: str
    description: str
    address: str
    latitude: float
    longitude: float
    time_zone: str
    currency: str
    closed_at: datetime | None
    staff_see_revenue: bool
    category: PlaceCategory | None
    phone: str | None
    website: str | None
    opening_hours: tuple[OpeningHours, ...]
    special_days: tuple[SpecialDay, ...]
    created_at: datetime
    updated_at: datetime
    distance: float | None = None


@dataclass(frozen=True, slots=True)
class Partnership:
    """One partner's role at one place; there is at most one per partner and place.

    An owner invites, and it holds from when the partner accepts. ``inviter_id``: while it is an
    invitation; None where that is not known.
    """

    id: UUID
    partner_user_id: UUID
    place_id: UUID
    role: PartnershipRole
    is_active: bool
    is_invited: bool
    inviter_id: UUID | None
    created_at: datetime
    updated_at: datetime

    @property
    def status(self) -> PartnershipStatus:
        """How far it has come."""
        if self.is_active:
            return PartnershipStatus.ACTIVE
        return PartnershipStatus.INVITED if self.is_invited else PartnershipStatus.ENDED

    @property
    def invited_at(self) -> datetime | None:
        """Since when the invitation waits: one changes only by being made anew."""
        return self.updated_at if self.is_invited else None


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody invited into a place by mail, with an account or without one yet."""

    id: UUID
    place_id: UUID
    role: PartnershipRole
    status: InvitationStatus
    inviter_id: UUID | None
    answered_by: UUID | None
    is_expired: bool
    expires_at: datetime
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationLimits:
    """How much may be invited: by one account in an hour, and one address in a day."""

    hourly: int
    to_address: int


@dataclass(frozen=True, slots=True)
class PlaceDetails:
    """What an owner says about a place; the whole of it, whether new or changed.

    ``phone``: E.164, such as +4930901820.
    """

    name: str
    description: str
    address: str
    latitude: float
    longitude: float
    time_zone: str
    currency: str
    staff_see_revenue: bool = False
    category: PlaceCategory | None = None
    phone: str | None = None
    website: str | None = None
    opening_hours: tuple[OpeningHours, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()


@dataclass(frozen=True, slots=True)
class Nearby:
    """A circle on the map: degrees and kilometres."""

    latitude: float
    longitude: float
    radius_km: float


@dataclass(frozen=True, slots=True)
class Box:
    """What lies between two latitudes and two longitudes; west of the date line to east of it
    where ``west`` is the greater."""

    south: float
    west: float
    north: float
    east: float

    @property
    def crosses_the_date_line(self) -> bool:
        """Whether it holds the meridian of 180 degrees within."""
        return self.west > self.east

    def with_whole_edges(self) -> "Box":
        """The same box; one that ends at 180 degrees crosses to -180, the same meridian."""
        if (self.west, self.east) == (-_HALF_ROUND, _HALF_ROUND):
            return self
        if self.east == _HALF_ROUND:
            return replace(self, east=-_HALF_ROUND)
        return replace(self, west=_HALF_ROUND) if self.west == -_HALF_ROUND else self


def check_place(details: PlaceDetails) -> None:
    """Raise ``InvalidInput`` with every fault of a place's details."""
    faults = [
        *name_faults(("input", "name"), details.name, LONGEST_NAME),
        *text_faults(("input", "address"), details.address, LONGEST_ADDRESS, shortest=1),
        *text_faults(
            ("input", "description"), details.description, LONGEST_DESCRIPTION, lines=True
        ),
        *coordinate_faults(details.latitude, details.longitude, "input"),
        *website_faults(("input", "website"), details.website),
        *opening_faults(details.opening_hours, details.special_days),
    ]
    if details.time_zone not in _time_zones():
        faults.append(
            Violation(("input", "timeZone"), "UNKNOWN", "An IANA name such as Europe/Berlin.")
        )
    if details.currency not in DECIMALS:
        faults.append(
            Violation(
                ("input", "currency"),
                "UNKNOWN",
                "The ISO 4217 code of a currency in use, such as EUR.",
            )
        )
    if faults:
        raise InvalidInput(faults)


def coordinate_faults(latitude: float, longitude: float, *path: str) -> Iterable[Violation]:
    """Faults of a point on the map."""
    if not (math.isfinite(latitude) and -90 <= latitude <= 90):  # noqa: PLR2004
        yield Violation((*path, "latitude"), "OUT_OF_RANGE", "Between -90 and 90 degrees.")
    if not (math.isfinite(longitude) and -180 <= longitude <= 180):  # noqa: PLR2004
        yield Violation((*path, "longitude"), "OUT_OF_RANGE", "Between -180 and 180 degrees.")


def box_faults(box: Box, *path: str) -> Iterable[Violation]:
    """Faults of a box on the map."""
    ends = (("south", box.south, 90), ("north", box.north, 90))
    sides = (("west", box.west, 180), ("east", box.east, 180))
    beyond = set()
    for name, degrees, most in (*ends, *sides):
        if not (math.isfinite(degrees) and -most <= degrees <= most):
            beyond.add(name)
            message = f"Between -{most} and {most} degrees."
            yield Violation((*path, name), "OUT_OF_RANGE", message)
    if beyond.isdisjoint({"south", "north"}) and box.south > box.north:
        yield Violation((*path, "south"), "ABOVE_NORTH", "At most `north`.")


def radius_faults(radius_km: float, *path: str) -> Iterable[Violation]:
    """Faults of a radius."""
    if not (math.isfinite(radius_km) and 0 < radius_km <= FARTHEST_KM):
        message = f"More than 0 and at most {FARTHEST_KM:.0f} kilometres."
        yield Violation((*path, "radiusKm"), "OUT_OF_RANGE", message)


@cache
def _time_zones() -> frozenset[str]:
    """Regions such as Europe/Berlin, and UTC; not the bare abbreviations."""
    return frozenset(
        name
        for name in available_timezones()
        if name == "UTC" or ("/" in name and not name.startswith(("posix/", "right/", "SystemV/")))
    )
