"""Reservations: portions that one customer will pick up."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from catalog_service.domain.allergens import Allergen
from catalog_service.domain.diets import Diet
from catalog_service.domain.errors import InvalidInput, Violation
from catalog_service.domain.money import Money, is_amount, what_amounts_are
from catalog_service.domain.pickup import PickupWindow
from catalog_service.domain.text import text_faults
from shared.text import is_blank

LARGEST_RESERVATION: Final = 1000
LONGEST_KEY: Final = 200
LONGEST_REASON: Final = 500
GRACE_TO_CANCEL: Final = timedelta(minutes=5)
"""After reserving, in which it can be undone also inside the pickup window."""
CYCLE_SECONDS: Final = 3600


class ReservationStatus(StrEnum):
    """RESERVED is live; every other status is final."""

    RESERVED = "RESERVED"
    PICKED_UP = "PICKED_UP"
    CANCELLED_BY_CUSTOMER = "CANCELLED_BY_CUSTOMER"
    CANCELLED_BY_PARTNER = "CANCELLED_BY_PARTNER"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class Reservation:
    """A reservation, with what its customer saw when it was made.

    ``user_id`` is None once the customer's account was deleted. ``ended_by``: who handed over or
    cancelled.
    """

    id: UUID
    offer_id: UUID
    place_id: UUID
    user_id: UUID | None
    quantity: int
    unit_price: Money
    original_unit_price: Money
    window: PickupWindow
    status: ReservationStatus
    pickup_code: str
    request_hash: str
    title: str
    description: str
    allergens: list[Allergen] | None
    diets: list[Diet]
    ended_at: datetime | None
    ended_by: UUID | None
    cancel_reason: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ReservationRequest:
    """A customer's wish; the same key with another wish is a conflict, not a retry.

    ``expected_price``: what the customer saw; it is no part of the wish, so a retry may leave it.
    """

    user_id: UUID
    offer_id: UUID
    quantity: int
    idempotency_key: str
    expected_price: Decimal | None = None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what was asked for, in hexadecimal."""
        return hashlib.sha256(f"{self.offer_id}|{self.quantity}".encode()).hexdigest()


def check_request(request: ReservationRequest) -> None:
    """Raise ``InvalidInput`` with every fault of a request."""
    faults = list(_request_faults(request))
    if faults:
        raise InvalidInput(faults)


def _request_faults(request: ReservationRequest) -> Iterable[Violation]:
    yield from _quantity_faults(request.quantity)
    expected = request.expected_price
    if expected is not None and not is_amount(expected):
        yield Violation(("expectedPrice",), "NOT_AN_AMOUNT", what_amounts_are())
    yield from text_faults(("idempotencyKey",), request.idempotency_key, LONGEST_KEY, shortest=1)


def _quantity_faults(quantity: int) -> Iterable[Violation]:
    if not 1 <= quantity <= LARGEST_RESERVATION:
        message = f"Between 1 and {LARGEST_RESERVATION} portions."
        yield Violation(("quantity",), "OUT_OF_RANGE", message)


def check_quantity(quantity: int) -> None:
    """Raise ``InvalidInput`` for a quantity that no reservation has."""
    faults = list(_quantity_faults(quantity))
    if faults:
        raise InvalidInput(faults)


def read_reason(text: str | None) -> str | None:
    """A reason that can be written to a customer; none where nothing of it is to be seen.

    Raises ``InvalidInput``.
    """
    reason = (text or "").strip()
    faults = list(text_faults(("reason",), reason, LONGEST_REASON, lines=True))
    if faults:
        raise InvalidInput(faults)
    return None if is_blank(reason) else reason


@dataclass(frozen=True, slots=True)
class CustomerLimits:
    """How much one customer may do. ``live``: reservations at a time; ``cycles``: given back in an
    hour, before another may be made."""

    live: int
    cycles: int
