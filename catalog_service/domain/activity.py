"""What customers did, and the figures partners read from it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from catalog_service.domain.errors import InvalidInput
from catalog_service.domain.money import Money

VIEWED_ONCE_PER: Final = timedelta(minutes=30)
LONGEST_PERIOD: Final = timedelta(days=366)
DEFAULT_PERIOD: Final = timedelta(days=29)


class Action(StrEnum):
    """A kind of entry in a customer's history."""

    OFFER_VIEWED = "OFFER_VIEWED"
    OFFER_RESERVED = "OFFER_RESERVED"
    RESERVATION_CHANGED = "RESERVATION_CHANGED"
    RESERVATION_CANCELLED = "RESERVATION_CANCELLED"
    RESERVATION_EXPIRED = "RESERVATION_EXPIRED"
    OFFER_PICKED_UP = "OFFER_PICKED_UP"


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry of a customer's history. ``details`` is a short text, such as ``quantity=2``."""

    id: UUID
    user_id: UUID
    offer_id: UUID
    action: Action
    details: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """Days in the place's own time zone, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class DayStats:
    """The figures of one day at a place or of an offer.

    ``sold_at_counter``: portions sold without a reservation. ``revenue`` is what was picked up or
    sold at the counter, and paid; ``saved`` is what customers saved on it.
    """

    day: date
    views: int
    reservations: int
    cancellations: int
    pickups: int
    no_shows: int
    sold_at_counter: int
    revenue: Money
    saved: Money


@dataclass(frozen=True, slots=True)
class ProductStats:
    """The figures of what goes by one title."""

    title: str
    reservations: int
    cancellations: int
    pickups: int
    no_shows: int
    sold_at_counter: int
    revenue: Money
    saved: Money


@dataclass(frozen=True, slots=True)
class HourStats:
    """What happened in one hour of the day (0 to 23, local time), over all days of a period."""

    hour: int
    reservations: int
    pickups: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What a customer's pickups came to."""

    portions: int
    saved: list[Money]


KILOGRAMS_CO2E_A_PORTION: Final = 2.5
"""A portion is taken for a kilogram of food that was not wasted: 3.3 Gt CO2e a year, without land
use change, for 1.3 Gt of edible food wasted (FAO, Food wastage footprint, 2013). Decision 0209."""


def check_period(first: date, last: date) -> Period:
    """The period, or ``InvalidInput`` when it is reversed or longer than a year."""
    if last < first:
        raise InvalidInput.at("to", code="BEFORE_FROM", message="Not before `from`.")
    if last - first > LONGEST_PERIOD:
        raise InvalidInput.at("to", code="TOO_LONG", message="At most 366 days after `from`.")
    return Period(first, last)
