"""Somebody walks in and buys what is on offer: the stock knows, and the figures."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import OfferClosed, SoldOut, StateForbids
from catalog_service.domain.moderation import AuditAction
from catalog_service.domain.offers import Offer, OfferStatus
from catalog_service.domain.reservations import check_quantity
from catalog_service.repository.counter_sales import (
    CounterSale,
    is_withheld,
    read_sale,
    read_worked_offer,
    sell,
)
from catalog_service.services.make_once import check_key
from catalog_service.services.record_by_admin import record_by_admin
from shared.errors import NotFound, Unauthenticated


async def sell_at_counter(
    session: AsyncSession, actor: Actor, offer_id: UUID, quantity: int, key: str | None
) -> Offer:
    """The offer with so many portions fewer; with a key that was used already, as it stands.

    One statement takes the portions or does not, as with reservations: both queue on the offer's
    row. Raises ``NotFound`` without an offer at a place where the actor works, ``SoldOut``,
    ``OfferClosed`` for what is not published, withheld or over, ``StateForbids``, ``InvalidInput``.
    """
    check_quantity(quantity)
    if key is not None:
        check_key(key)
    if actor.user_id is None:
        raise Unauthenticated
    sale = CounterSale(offer_id, actor.user_id, quantity, key)
    sold = await sell(session, sale, actor)
    if sold is not None:
        action = AuditAction.OFFER_SOLD_AT_COUNTER
        await record_by_admin(session, actor, action, ("offer", offer_id), quantity=str(quantity))
        return sold
    offer = await read_worked_offer(session, offer_id, actor)
    if offer is None:
        raise NotFound
    earlier = None if key is None else await read_sale(session, actor.user_id, key)
    if earlier is not None:
        if (earlier.offer_id, earlier.quantity) != (offer_id, quantity):
            raise StateForbids("This idempotency key was used for another sale.")
        return offer
    if await is_withheld(session, offer_id):
        raise OfferClosed("This was taken down, or nobody owns the place at present.")
    if offer.status in {OfferStatus.ACTIVE, OfferStatus.PAUSED} and (
        offer.quantity_available < quantity
    ):
        raise SoldOut(offer.quantity_available)
    raise OfferClosed("Nothing is sold of this offer: it is not published, or its pickup is over.")
