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
from catalog_service.services.record_by_admin import record_by_admin
from catalog_service.services.tell_keepers import STATUS_ACTS, tell_keepers
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
        return await _as_it_is(session, actor, before, reason)
    check_transition(before.status, status)
    match status:
        case OfferStatus.DRAFT:
            await _check_may_be_draft(session, offer_id)
        case OfferStatus.ACTIVE:
            return await _publish(session, actor, before, reason)
        case OfferStatus.CANCELLED:
            await _cancel_reservations(session, actor, before, reason)
    after = await write(session, offer_id, status, actor)
    if after is None:
        raise NotFound
    if status is not OfferStatus.CANCELLED:
        await _record(session, actor, before, status, reason)
    return after


async def _as_it_is(
    session: AsyncSession, actor: Actor, before: Offer, reason: str | None
) -> Offer:
    """The offer in the status that it has. What was withheld is PAUSED already, and would be for
    sale again afterwards: not if its partner says so, too."""
    if before.status is not OfferStatus.PAUSED:
        return before
    after = await stay_paused(session, before.id, actor)
    if after is None:
        return before
    await _record(session, actor, before, OfferStatus.PAUSED, reason)
    return after


async def _check_may_be_draft(session: AsyncSession, offer_id: UUID) -> None:
    if await has_reservations(session, offer_id) or await has_counter_sales(session, offer_id):
        raise StateForbids("Somebody reserved or bought some of it: it stays published or paused.")


async def _publish(session: AsyncSession, actor: Actor, before: Offer, reason: str | None) -> Offer:
    if await is_withheld(session, before.id):
        raise StateForbids("An admin took this down: only an admin can give it back.")
    if not await has_owner(session, before.place_id):
        raise StateForbids("Nobody owns this place at present: nothing is sold here.")
    after = await publish_offer(session, before.id, actor)
    if after is None:
        raise StateForbids("The pickup window is over: give the offer a new one first.")
    await _record(session, actor, before, OfferStatus.ACTIVE, reason)
    return after


async def _cancel_reservations(
    session: AsyncSession, actor: Actor, before: Offer, reason: str | None
) -> None:
    cancelled = await cancel_all_of_offer(session, before.id, reason)
    await tell_cancelled(session, cancelled, reason)
    details = {"reservationsCancelled": str(len(cancelled))}
    act = Act(AuditAction.OFFER_CANCELLED, "offer", before.id, reason, details)
    await record(session, actor, act)
    await _tell(session, actor, before, OfferStatus.CANCELLED, reason)


async def _record(
    session: AsyncSession,
    actor: Actor,
    before: Offer,
    status: OfferStatus,
    reason: str | None,
) -> None:
    """A partner's own publishing and pausing is nobody's concern."""
    action, target = AuditAction.OFFER_STATUS_CHANGED, ("offer", before.id)
    steps = {"before": before.status.name, "status": status.name}
    await record_by_admin(session, actor, action, target, reason, **steps)
    await _tell(session, actor, before, status, reason)


async def _tell(
    session: AsyncSession, actor: Actor, before: Offer, status: OfferStatus, reason: str | None
) -> None:
    what = STATUS_ACTS[status]
    await tell_keepers(session, actor, before.place_id, what, before.title, reason)
