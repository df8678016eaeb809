"""Offers: portions of food at a lower price, to be picked up in a window."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet, contradicted, diet_faults
from catalog_service.domain.errors import InvalidInput, StateForbids, Violation
from catalog_service.domain.money import LARGEST_AMOUNT, Money, is_amount, what_amounts_are
from catalog_service.domain.pickup import PickupWindow, window_faults
from catalog_service.domain.text import image_url_faults, tags_faults, text_faults, title_faults

LONGEST_TITLE: Final = 120
LONGEST_DESCRIPTION: Final = 4000
LARGEST_QUANTITY: Final = 100_000


class OfferStatus(StrEnum):
    """What the partner decided. The value is what the database stores."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class Availability(StrEnum):
    """What status, stock and time come to; derived, never stored."""

    AVAILABLE = "AVAILABLE"
    SOLD_OUT = "SOLD_OUT"
    ENDED = "ENDED"
    UNAVAILABLE = "UNAVAILABLE"


def availability(status: OfferStatus, *, is_over: bool, left: int) -> Availability:
    """What an offer's status, the time and what is left of it come to."""
    if status is not OfferStatus.ACTIVE:
        return Availability.UNAVAILABLE
    if is_over:
        return Availability.ENDED
    return Availability.SOLD_OUT if left == 0 else Availability.AVAILABLE


STATUS_SOURCES: Final = {
    OfferStatus.DRAFT: (OfferStatus.DRAFT, OfferStatus.PAUSED),
    OfferStatus.ACTIVE: (OfferStatus.DRAFT, OfferStatus.ACTIVE, OfferStatus.PAUSED),
    OfferStatus.PAUSED: (OfferStatus.ACTIVE, OfferStatus.PAUSED),
    OfferStatus.CANCELLED: tuple(OfferStatus),
}
"""From where each status can be reached. Each includes itself: repeating a status succeeds."""


class Offer(NamedTuple):
    """An offer as the database knows it at one moment; a tuple, because lists make many.

    ``discount``: whole per cent off the original price. ``distance``: kilometres from where was
    searched, None where nobody said.
    """

    id: UUID
    place_id: UUID
    title: str
    description: str
    price: Money
    original_price: Money
    quantity_total: int
    quantity_available: int
    max_per_customer: int | None
    window: PickupWindow
    status: OfferStatus
    availability: Availability
    tags: list[str]
    allergens: list[Allergen] | None
    diets: list[Diet]
    image_urls: list[str]
    created_at: datetime
    updated_at: datetime
    discount: int
    distance: float | None = None

    @property
    def stored_image_urls(self) -> list[str]:
        """As they are stored: pictures kept here by their path."""
        return self.image_urls

    @property
    def pickup_start(self) -> datetime:
        """When the window begins."""
        return self.window.start

    @property
    def pickup_end(self) -> datetime:
        """When it ends."""
        return self.window.end


@dataclass(frozen=True, slots=True)
class OfferDetails:
    """What a partner says about an offer; the whole of it, whether new or changed.

    ``allergens`` None means undeclared; an empty list declares that there are none.
    ``max_per_customer`` None: as many as are left.
    """

    title: str
    description: str
    price: Decimal
    original_price: Decimal
    quantity_total: int
    window: PickupWindow
    tags: list[str]
    allergens: list[Allergen] | None
    image_urls: list[str]
    max_per_customer: int | None = None
    diets: list[Diet] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OfferChanges:
    """What changes: fields of ``OfferDetails``, and the two ends of the window on their own."""

    details: dict[str, Any]
    pickup_start: datetime | None = None
    pickup_end: datetime | None = None


def check_offer(
    details: OfferDetails, currency: str | None, *, ahead_of: datetime | None = None
) -> None:
    """Raise ``InvalidInput`` with every fault of an offer's details.

    ``currency``: the place's; None while no place is known whose offers the actor keeps.
    ``ahead_of``: a moment by which the window may not be over; None for a window that stays.
    """
    faults = [
        *title_faults(("input", "title"), details.title, LONGEST_TITLE),
        *text_faults(
            ("input", "description"), details.description, LONGEST_DESCRIPTION, lines=True
        ),
        *_price_faults(details, currency),
        *_quantity_faults("quantityTotal", details.quantity_total),
        *_quantity_faults("maxPerCustomer", details.max_per_customer),
        *_when_faults(details.window, ahead_of),
        *tags_faults(("input", "tags"), details.tags),
        *diet_faults(details.diets, details.allergens),
        *image_url_faults(("input", "imageUrls"), details.image_urls),
    ]
    if faults:
        raise InvalidInput(faults)


def _price_faults(details: OfferDetails, currency: str | None) -> Iterable[Violation]:
    fine = True
    for name, amount in (("price", details.price), ("originalPrice", details.original_price)):
        if not is_amount(amount, currency):
            fine = False
            large = amount.is_finite() and amount > LARGEST_AMOUNT
            message = f"At most {LARGEST_AMOUNT:f}." if large else what_amounts_are(currency)
            yield Violation(("input", name), "NOT_AN_AMOUNT", message)
    if fine and details.price > details.original_price:
        message = "At most the original price."
        yield Violation(("input", "price"), "ABOVE_ORIGINAL", message, "originalPrice")


def _quantity_faults(name: str, portions: int | None) -> Iterable[Violation]:
    if portions is not None and not 1 <= portions <= LARGEST_QUANTITY:
        message = f"Between 1 and {LARGEST_QUANTITY} portions."
        yield Violation(("input", name), "OUT_OF_RANGE", message)


def _when_faults(window: PickupWindow, ahead_of: datetime | None) -> Iterable[Violation]:
    faults = list(window_faults(window, "input"))
    if not faults and ahead_of is not None and window.end <= ahead_of:
        message = "The pickup window is already over."
        faults.append(Violation(("input", "pickupEnd"), "IN_THE_PAST", message))
    return faults


def check_transition(before: OfferStatus, after: OfferStatus) -> None:
    """Raise ``StateForbids`` for a step that no offer takes."""
    if before not in STATUS_SOURCES[after]:
        raise StateForbids(f"An offer that is {before.value} cannot become {after.value}.")


def check_change(before: Offer, after: OfferDetails, *, has_live_reservations: bool) -> None:
    """Raise ``StateForbids`` for a change that would break a promise made to customers.

    While reservations are live a window may only widen, allergens and diets may only be added;
    price and text apply to new reservations, which keep a snapshot of theirs. A diet that an
    allergen rules out does go: eggs that turn up in vegan salad must be told.
    """
    if before.status is OfferStatus.CANCELLED:
        raise StateForbids("A cancelled offer cannot be changed.")
    if not has_live_reservations:
        return
    if not after.window.contains(before.window):
        raise StateForbids("While reservations are live the pickup window may only widen.")
    if not _only_adds(before.allergens, after.allergens):
        raise StateForbids("While reservations are live allergens may only be added.")
    kept = set(before.diets) - set(contradicted(before.diets, after.allergens))
    if not kept <= set(after.diets):
        raise StateForbids("While reservations are live diets may only be added.")


def _only_adds(before: list[Allergen] | None, after: list[Allergen] | None) -> bool:
    if before is None:
        return True
    return after is not None and set(before) <= set(after)


def revised(before: Offer, changes: OfferChanges) -> OfferDetails:
    """The whole of what is said about the offer after the changes."""
    window = before.window
    unchanged = OfferDetails(
        title=before.title,
        description=before.description,
        price=before.price.amount,
        original_price=before.original_price.amount,
        quantity_total=before.quantity_total,
        window=PickupWindow(changes.pickup_start or window.start, changes.pickup_end or window.end),
        tags=before.tags,
        allergens=before.allergens,
        image_urls=before.image_urls,
        max_per_customer=before.max_per_customer,
        diets=before.diets,
    )
    return replace(unchanged, **changes.details)
