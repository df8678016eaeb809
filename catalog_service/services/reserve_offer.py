"""A customer reserves portions: exactly once, and never more than there are."""

from typing import Final

from catalog_service.domain.errors import InvalidInput, SoldOut, StateForbids
from catalog_service.domain.money import Money, is_amount, what_amounts_are
from catalog_service.domain.pickup import new_pickup_code
from catalog_service.domain.reservations import (
    CustomerLimits,
    Reservation,
    ReservationRequest,
    check_request,
)
from catalog_service.repository.reserving import Obstacle, read_why_nothing, reserve, take_turn
from catalog_service.services.customer_limits import limit_reached, refusal
from catalog_service.services.write_to import tell_reserved
from shared.database import Connection

ATTEMPTS: Final = 3


async def reserve_offer(
    connection: Connection, request: ReservationRequest, limits: CustomerLimits
) -> Reservation:
    """The reservation, or the one that an earlier request with the same key got.

    Raises ``StateForbids`` when the key was used for something else, ``SoldOut``, ``OfferClosed``,
    ``PriceChanged``, ``LimitReached``, ``RateLimited``, ``NotFound``, ``InvalidInput``.
    """
    check_request(request)
    turn = await take_turn(connection, request.user_id, request.offer_id)
    limit = limit_reached(turn, limits)
    for _ in range(ATTEMPTS):
        if limit is None:
            made = await reserve(connection, request, new_pickup_code(), turn.held)
            if made is not None:
                await tell_reserved(connection, *made)
                return made[0]
        earlier, obstacle = await read_why_nothing(connection, request)
        # The key comes first: whoever took the last portion and asks again gets it again.
        if earlier is not None:
            return _same(earlier, request)
        if limit is not None and obstacle is not None:
            raise limit
        refused = refusal(obstacle, turn, request.quantity, _expected(request, obstacle))
        if refused is not None:
            raise refused
        # Some are left: fewer than asked for, given back meanwhile, or the code was taken.
    raise SoldOut(None if obstacle is None else obstacle.left)


def _expected(request: ReservationRequest, obstacle: Obstacle | None) -> Money | None:
    if request.expected_price is None or obstacle is None:
        return None
    currency = obstacle.price.currency
    if not is_amount(request.expected_price, currency):
        message = what_amounts_are(currency)
        raise InvalidInput.at("expectedPrice", code="NOT_AN_AMOUNT", message=message)
    return Money.of(request.expected_price, currency)


def _same(earlier: Reservation, request: ReservationRequest) -> Reservation:
    if earlier.request_hash != request.fingerprint:
        raise StateForbids("This idempotency key was used for another reservation.")
    return earlier
