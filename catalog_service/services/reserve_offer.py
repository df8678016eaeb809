"""A customer reserves portions: exactly once, and never more than there are."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.errors import OfferClosed, SoldOut, StateForbids
from catalog_service.domain.offers import Availability
from catalog_service.domain.pickup import new_pickup_code
from catalog_service.domain.reservations import Reservation, ReservationRequest, check_request
from catalog_service.repository.reserving import read_why_nothing, reserve
from shared.errors import NotFound

ATTEMPTS: Final = 3


async def reserve_offer(session: AsyncSession, request: ReservationRequest) -> Reservation:
    """The reservation, or the one that an earlier request with the same key got.

    Raises ``StateForbids`` when the key was used for something else, ``SoldOut``, ``OfferClosed``,
    ``NotFound``, ``InvalidInput``.
    """
    check_request(request)
    for _ in range(ATTEMPTS):
        made = await reserve(session, request, new_pickup_code())
        if made is not None:
            return made
        earlier, availability = await read_why_nothing(session, request)
        # The key comes first: whoever took the last portion and asks again gets it again.
        if earlier is not None:
            return _same(earlier, request)
        if availability is None:
            raise NotFound
        if availability in {Availability.ENDED, Availability.UNAVAILABLE}:
            raise OfferClosed
        if availability is Availability.SOLD_OUT:
            raise SoldOut
        # Some are left: fewer than asked for, given back meanwhile, or the code was taken.
    raise SoldOut


def _same(earlier: Reservation, request: ReservationRequest) -> Reservation:
    if earlier.request_hash != request.fingerprint:
        raise StateForbids("This idempotency key was used for another reservation.")
    return earlier
