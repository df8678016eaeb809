"""From rows to domain objects. Lists are read as Core rows: half the cost of ORM entities."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Row, case, func

from catalog_service.domain.activity import Action, Activity
from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet
from catalog_service.domain.money import DECIMALS, Money
from catalog_service.domain.offers import Availability, Offer, OfferStatus
from catalog_service.domain.pickup import PickupWindow
from catalog_service.domain.places import Partnership, PartnershipRole, Place, PlaceCategory
from catalog_service.domain.reservations import Reservation, ReservationStatus
from catalog_service.models import tables
from catalog_service.repository.stored_hours import read_hours, read_special_days

place = tables.place.c
partnership = tables.partnership.c
offer = tables.offer.c
reservation = tables.reservation.c
history = tables.history.c

AVAILABILITY = case(
    (offer.status != OfferStatus.ACTIVE.value, Availability.UNAVAILABLE.value),
    (offer.deleted_at.is_not(None), Availability.UNAVAILABLE.value),
    (offer.pickup_end <= func.now(), Availability.ENDED.value),
    (offer.quantity_available == 0, Availability.SOLD_OUT.value),
    else_=Availability.AVAILABLE.value,
).label("availability")

PLACE_COLUMNS = (
    place.id, place.created_at, place.updated_at, place.name, place.description, place.address,
    place.latitude, place.longitude, place.time_zone, place.currency, place.closed_at,
    place.staff_see_revenue, place.category, place.phone, place.website, place.opening_hours,
    place.special_days,
)  # fmt: skip
PARTNERSHIP_COLUMNS = tuple(
    each for each in tables.partnership.columns if each.name != "standing_version"
)
OFFER_COLUMNS = (
    offer.id, offer.created_at, offer.updated_at, offer.place_id, offer.title, offer.description,
    offer.price_amount, offer.original_price_amount, offer.currency, offer.quantity_total,
    offer.quantity_available, offer.max_per_customer, offer.pickup_start, offer.pickup_end,
    offer.status, offer.tags, offer.allergens, offer.diets, offer.image_urls, offer.discount,
    AVAILABILITY,
)  # fmt: skip
RESERVATION_COLUMNS = tuple(each for each in reservation if each.name != "idempotency_key")
ACTIVITY_COLUMNS = tuple(tables.history.columns)


def to_place(row: Any, distance: float | None = None) -> Place:
    """A place of ``PLACE_COLUMNS``, which stand first in the row."""
    (
        place_id, created_at, updated_at, name, description, address, latitude, longitude,
        time_zone, currency, closed_at, staff_see_revenue, category, phone, website, opening_hours,
        special_days, *_,
    ) = row  # fmt: skip
    return Place(
        place_id,
        name,
        description,
        address,
        latitude,
        longitude,
        time_zone,
        currency,
        closed_at,
        staff_see_revenue,
        None if category is None else _CATEGORIES[category],
        phone,
        website,
        read_hours(opening_hours) if opening_hours else (),
        read_special_days(special_days) if special_days else (),
        created_at,
        updated_at,
        distance,
    )


def to_partnership(row: Row[Any]) -> Partnership:
    """A partnership of ``PARTNERSHIP_COLUMNS``."""
    return Partnership(
        id=row.id,
        partner_user_id=row.partner_user_id,
        place_id=row.place_id,
        role=PartnershipRole(row.role),
        is_active=row.is_active,
        is_invited=row.is_invited,
        inviter_id=row.invited_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


# By name: calling an enum to find a member takes ten times as long, for every row of a list.
_STATUSES = {status.value: status for status in OfferStatus}
_AVAILABILITIES = {each.value: each for each in Availability}
_CATEGORIES = {each.value: each for each in PlaceCategory}
_ALLERGENS = {allergen.value: allergen for allergen in Allergen}
_DIETS = {diet.value: diet for diet in Diet}
_UNITS = {code: Decimal(1).scaleb(-count) for code, count in DECIMALS.items()}


def to_offer(row: Any, distance: float | None = None) -> Offer:
    """An offer of ``OFFER_COLUMNS``, which stand first in the row."""
    (
        offer_id, created_at, updated_at, place_id, title, description, price, original_price,
        currency, quantity_total, quantity_available, max_per_customer, pickup_start, pickup_end,
        status, tags, allergens, diets, image_urls, discount, availability, *_,
    ) = row  # fmt: skip
    unit = _UNITS[currency]
    return Offer(
        offer_id,
        place_id,
        title,
        description,
        Money(price.quantize(unit), currency),
        Money(original_price.quantize(unit), currency),
        quantity_total,
        quantity_available,
        max_per_customer,
        PickupWindow(pickup_start, pickup_end),
        _STATUSES[status],
        _AVAILABILITIES[availability],
        tags,
        _allergens(allergens),
        [_DIETS[each] for each in diets],
        image_urls,
        created_at,
        updated_at,
        int(discount),
        distance,
    )


def _allergens(stored: list[str] | None) -> list[Allergen] | None:
    return None if stored is None else [_ALLERGENS[each] for each in stored]


def to_reservation(row: Row[Any]) -> Reservation:
    """A reservation of ``RESERVATION_COLUMNS``."""
    return Reservation(
        id=row.id,
        offer_id=row.offer_id,
        place_id=row.place_id,
        user_id=row.user_id,
        quantity=row.quantity,
        unit_price=Money.of(row.unit_price, row.currency),
        original_unit_price=Money.of(row.original_unit_price, row.currency),
        window=PickupWindow(row.pickup_start, row.pickup_end),
        status=ReservationStatus(row.status),
        pickup_code=row.pickup_code,
        request_hash=row.request_hash,
        title=row.title,
        description=row.description,
        allergens=_allergens(row.allergens),
        diets=[_DIETS[each] for each in row.diets],
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        cancel_reason=row.cancel_reason,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def to_activity(row: Row[Any]) -> Activity:
    """An entry of ``ACTIVITY_COLUMNS``."""
    return Activity(
        id=row.id,
        user_id=row.user_id,
        offer_id=row.offer_id,
        action=Action(row.action),
        details=row.details,
        created_at=row.created_at,
    )
