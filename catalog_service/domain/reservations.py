"""Reservations: portions that one customer will pick up."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from catalog_service.domain.errors import InvalidInput, Violation
from catalog_service.domain.money import Money
from catalog_service.domain.pickup import PickupWindow
from catalog_service.domain.text import text_faults

LARGEST_RESERVATION: Final = 1000
LONGEST_KEY: Final = 200


class ReservationStatus(StrEnum):
    """RESERVED is live; every other status is final."""

    RESERVED = "RESERVED"
    PICKED_UP = "PICKED_UP"
    CANCELLED_BY_CUSTOMER = "CANCELLED_BY_CUSTOMER"
    CANCELLED_BY_PARTNER = "CANCELLED_BY_PARTNER"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class Reservation:
    """A reservation, with the price and window as they stood when it was made.

    ``user_id`` is None once the customer's account was deleted.
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
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ReservationRequest:
    """A customer's wish; the same key with another wish is a conflict, not a retry."""

    user_id: UUID
    offer_id: UUID
    quantity: int
    idempotency_key: str

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
    if not 1 <= request.quantity <= LARGEST_RESERVATION:
        message = f"Between 1 and {LARGEST_RESERVATION} portions."
        yield Violation(("quantity",), "OUT_OF_RANGE", message)
    yield from text_faults(("idempotencyKey",), request.idempotency_key, LONGEST_KEY, shortest=1)
