"""A partner drafts an offer."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import AuditAction
from catalog_service.domain.offers import Offer, OfferDetails, check_offer
from catalog_service.repository.offer_writes import (
    database_time,
    insert_offer,
    read_currency,
    read_kept_offer,
)
from catalog_service.services.keep_image import require_images
from catalog_service.services.make_once import make_once
from catalog_service.services.record_by_admin import record_by_admin
from catalog_service.services.tell_keepers import tell_keepers
from shared.errors import NotFound


async def create_offer_once(
    session: AsyncSession,
    actor: Actor,
    place_id: UUID,
    details: OfferDetails,
    key: str | None,
) -> Offer:
    """``create_offer``; with a key it is made once.

    Raises likewise, and ``StateForbids`` for a key that made something else.
    """
    return await make_once(
        session,
        actor,
        key,
        ("offer", place_id, details),
        lambda: create_offer(session, actor, place_id, details),
        lambda offer_id: read_kept_offer(session, offer_id, actor),
    )


async def create_offer(
    session: AsyncSession, actor: Actor, place_id: UUID, details: OfferDetails
) -> Offer:
    """The new draft, in the place's currency.

    Raises ``InvalidInput``; ``NotFound`` without an open place whose offers the actor keeps.
    """
    currency = await read_currency(session, place_id, actor)
    check_offer(details, currency, ahead_of=await database_time(session))
    await require_images(session, place_id, details.image_urls)
    offer = await insert_offer(session, place_id, details, actor)
    if offer is None:
        raise NotFound
    target = ("offer", offer.id)
    await record_by_admin(session, actor, AuditAction.OFFER_CREATED, target, placeId=str(place_id))
    await tell_keepers(session, actor, place_id, AuditAction.OFFER_CREATED.value, offer.title)
    return offer
