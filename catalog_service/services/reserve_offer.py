"""A customer reserves portions: exactly once, and never more than there are."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.errors import OfferClosed, SoldOut, StateForbids
from catalog_service.domain.offers import Availability
from catalog_service.domain.pickup import new_pickup_code
from catalog_service.domain.reservations import Reservation, ReservationRequest, check_request
from catalog_service.repository import reserving
from shared.database_errors import renamed_database_errors
from shared.errors import NotFound, Unavailable, UniqueViolated

CODES_TRIED: Final = 5


async def reserve_offer(session: AsyncSession, request: ReservationRequest) -> Reservation:
    """The reservation, or the one that an earlier request with the same key got.

    Raises ``StateForbids`` when the key was used for something else, ``SoldOut``, ``OfferClosed``,
    ``NotFound``, ``InvalidInput``.
    """
    check_request(request)
    for _ in range(CODES_TRIED):
        try:
            made = await _attempt(session, request)
        except UniqueViolated as violated:
            if violated.constraint == reserving.PICKUP_CODE:
                continue
            made = None
        return made or await _earlier_or_reason(session, request)
    raise Unavailable


async def _attempt(session: AsyncSession, request: ReservationRequest) -> Reservation | None:
    with renamed_database_errors():
        async with session.begin_nested():
            return await reserving.reserve(session, request, new_pickup_code())


async def _earlier_or_reason(session: AsyncSession, request: ReservationRequest) -> Reservation:
    """Nothing was taken. The key comes first: whoever took the last portion and asks again gets it.

    Each look is a statement of its own, which sees what was committed while the offer was awaited.
    """
    earlier = await reserving.read_by_key(session, request.user_id, request.idempotency_key)
    if earlier is not None:
        if earlier.request_hash == request.fingerprint:
            return earlier
        raise StateForbids("This idempotency key was used for another reservation.")
    offer = await reserving.read_published_offer(session, request.offer_id)
    if offer is None:
        raise NotFound
    if offer.availability in {Availability.ENDED, Availability.UNAVAILABLE}:
        raise OfferClosed
    raise SoldOut
