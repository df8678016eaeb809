"""A partner publishes, pauses or cancels an offer, or takes it back to a draft."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import StateForbids
from catalog_service.domain.moderation import Act, AuditAction
from catalog_service.domain.offers import Offer, OfferStatus, check_transition
from catalog_service.domain.reservations import read_reason
from catalog_service.repository.counter_sales import has_counter_sales
from catalog_service.repository.offer_writes import (
    has_reservations,
    lock_offer,
    publish_offer,
    stay_paused,
)
from catalog_service.repository.offer_writes import set_offer_status as write
from catalog_service.repository.place_writes import has_owner
from catalog_service.repository.reservation_writes import cancel_all_of_offer
from catalog_service.repository.withholding import is_withheld
from catalog_service.services.record import record
from catalog_service.services.write_to import tell_cancelled
from shared.errors import NotFound


async def set_offer_status(
    session: AsyncSession,
    actor: Actor,
    offer_id: UUID,
    status: OfferStatus,
    reason: str | None = None,
) -> Offer:
    """The offer in its new status; cancelling cancels its live reservations with it.

    ``reason`` is told to who held them. Raises ``NotFound`` without an offer that the actor keeps,
    ``InvalidInput``, ``StateForbids`` for a step that no offer takes, for making a draft of what
    somebody reserved or bought, for publishing what is over, or at a place that nobody owns.
    """
    reason = read_reason(reason)
    before = await lock_offer(session, offer_id, actor)
    if before is None:
        raise NotFound
    if before.status is status:
        return await _as_it_is(session, actor, before)
    check_transition(before.status, status)
    if status is OfferStatus.DRAFT and (
        await has_reservations(session, offer_id) or await has_counter_sales(session, offer_id)
    ):
        raise StateForbids("Somebody reserved or bought some of it: it stays published or paused.")
    if status is OfferStatus.ACTIVE:
        if await is_withheld(session, offer_id):
            raise StateForbids("An admin took this down: only an admin can give it back.")
        if not await has_owner(session, before.place_id):
            raise StateForbids("Nobody owns this place at present: nothing is sold here.")
        after = await publish_offer(session, offer_id, actor)
        if after is None:
            raise StateForbids("The pickup window is over: give the offer a new one first.")
        return after
    if status is OfferStatus.CANCELLED:
        cancelled = await cancel_all_of_offer(session, offer_id, reason)
        await tell_cancelled(session, cancelled, reason)
        details = {"reservationsCancelled": str(len(cancelled))}
        act = Act(AuditAction.OFFER_CANCELLED, "offer", offer_id, reason, details)
        await record(session, actor, act)
    after = await write(session, offer_id, status, actor)
    if after is None:
        raise NotFound
    return after


async def _as_it_is(session: AsyncSession, actor: Actor, before: Offer) -> Offer:
    """The offer in the status that it has. What was withheld is PAUSED already, and would be for
    sale again afterwards: not if its partner says so, too."""
    if before.status is not OfferStatus.PAUSED:
        return before
    return await stay_paused(session, before.id, actor) or before
