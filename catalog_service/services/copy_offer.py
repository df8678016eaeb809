"""A partner drafts an offer like another one, for a new pickup window."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import StateForbids
from catalog_service.domain.offers import Offer, OfferChanges, revised
from catalog_service.repository.offer_writes import read_kept_offer
from catalog_service.repository.withholding import is_withheld
from catalog_service.services.create_offer import create_offer
from catalog_service.services.make_once import make_once
from shared.errors import NotFound


async def copy_offer(
    session: AsyncSession,
    actor: Actor,
    offer_id: UUID,
    changes: OfferChanges,
    key: str | None = None,
) -> Offer:
    """The new draft. What was reserved or sold of the other one is no part of it. With a key it is
    made once.

    Raises ``NotFound`` without an offer that the actor keeps, or at a place that was closed;
    ``InvalidInput``; ``StateForbids`` for one that an admin took down, and for a key that made
    something else.
    """
    return await make_once(
        session,
        actor,
        key,
        ("copy", offer_id, changes),
        lambda: _copy(session, actor, offer_id, changes),
        lambda copy_id: read_kept_offer(session, copy_id, actor),
    )


async def _copy(
    session: AsyncSession, actor: Actor, offer_id: UUID, changes: OfferChanges
) -> Offer:
    # Read without a lock: places are locked before offers, and creating locks the place.
    source = await read_kept_offer(session, offer_id, actor)
    if source is None:
        raise NotFound
    if await is_withheld(session, offer_id):
        raise StateForbids("An admin took this down: only an admin can give it back.")
    return await create_offer(session, actor, source.place_id, revised(source, changes))
