"""A partner changes an offer, within what was promised to those who reserved."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import StateForbids, portions
from catalog_service.domain.moderation import AuditAction
from catalog_service.domain.offers import (
    Offer,
    OfferChanges,
    check_change,
    check_offer,
    revised,
)
from catalog_service.domain.reservations import read_reason
from catalog_service.repository.notices import notices_of_offer
from catalog_service.repository.offer_writes import database_time, has_reservations, lock_offer
from catalog_service.repository.offer_writes import update_offer as write
from catalog_service.services.keep_image import require_images
from catalog_service.services.record_by_admin import record_change_by_admin
from catalog_service.services.tell_keepers import tell_keepers
from catalog_service.services.write_to import tell
from shared.errors import NotFound

_NOTHING: Final = OfferChanges({})


async def update_offer(
    session: AsyncSession,
    actor: Actor,
    offer_id: UUID,
    changes: OfferChanges,
    reason: str | None = None,
) -> Offer:
    """The changed offer; who holds reservations is told of allergens that were added, and why.

    Raises ``NotFound`` without an offer that the actor keeps, ``InvalidInput``, and
    ``StateForbids`` for what live reservations forbid, with the smallest total that would do.
    """
    reason = read_reason(reason)
    before = await lock_offer(session, offer_id, actor)
    if before is None:
        raise NotFound
    details = revised(before, changes)
    now = None if details.window == before.window else await database_time(session)
    check_offer(details, before.price.currency, ahead_of=now)
    await require_images(session, before.place_id, details.image_urls)
    live = await has_reservations(session, offer_id, live_only=True)
    check_change(before, details, has_live_reservations=live)
    after = await write(session, offer_id, details, actor)
    if after is None:
        taken = before.quantity_total - before.quantity_available
        raise StateForbids(f"Already taken: {portions(taken)}.", minimum=taken)
    is_changed_by_admin = await record_change_by_admin(
        session,
        actor,
        AuditAction.OFFER_CHANGED,
        ("offer", offer_id),
        revised(before, _NOTHING),
        revised(after, _NOTHING),
        reason,
    )
    if is_changed_by_admin:
        what = AuditAction.OFFER_CHANGED.value
        await tell_keepers(session, actor, after.place_id, what, before.title, reason)
    added = set(after.allergens or ()) - set(before.allergens or ())
    if live and added:
        named = ", ".join(sorted(each.name for each in added))
        notices = await notices_of_offer(session, offer_id)
        await tell(session, "reservation_changed", notices, reason, addedAllergens=named)
    return after
