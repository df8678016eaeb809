"""A partner takes an offer away."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import Act, AuditAction
from catalog_service.domain.offers import OfferStatus
from catalog_service.domain.reservations import read_reason
from catalog_service.repository.offer_writes import (
    delete_offer as remove,
)
from catalog_service.repository.offer_writes import has_reservations, hide_offer, lock_offer
from catalog_service.repository.removals import note_removal, was_removed
from catalog_service.repository.reports import concerns_admins
from catalog_service.repository.reservation_writes import cancel_all_of_offer
from catalog_service.services.record import record
from catalog_service.services.record_by_admin import record_by_admin
from catalog_service.services.tell_keepers import tell_keepers
from catalog_service.services.write_to import tell_cancelled
from shared.errors import NotFound


async def delete_offer(
    session: AsyncSession, actor: Actor, offer_id: UUID, reason: str | None = None
) -> UUID:
    """The id of the offer that is gone.

    A draft that nobody ever reserved or reported leaves the database. Any other is cancelled, its
    live reservations with it, and marked deleted: who reserved it can still read it, and is told
    ``reason``. Deleting again changes nothing. Raises ``NotFound``, ``InvalidInput``.
    """
    reason = read_reason(reason)
    offer = await lock_offer(session, offer_id, actor)
    if offer is None:
        if await was_removed(session, offer_id, actor):
            return offer_id
        raise NotFound
    if offer.status is OfferStatus.DRAFT and not await _must_stay(session, offer_id):
        await remove(session, offer_id, actor)
        await note_removal(session, offer_id, offer.place_id)
        action = AuditAction.OFFER_DELETED
        await record_by_admin(session, actor, action, ("offer", offer_id), reason)
    else:
        cancelled = await cancel_all_of_offer(session, offer_id, reason)
        await tell_cancelled(session, cancelled, reason)
        details = {"reservationsCancelled": str(len(cancelled))}
        act = Act(AuditAction.OFFER_DELETED, "offer", offer_id, reason, details)
        await record(session, actor, act)
        await hide_offer(session, offer_id, actor)
    what = AuditAction.OFFER_DELETED.value
    await tell_keepers(session, actor, offer.place_id, what, offer.title, reason)
    return offer_id


async def _must_stay(session: AsyncSession, offer_id: UUID) -> bool:
    """Whether there is more to the draft than its partner: it may have been published before."""
    return await has_reservations(session, offer_id) or await concerns_admins(session, offer_id)
