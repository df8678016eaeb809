"""Tell who runs a place what an admin changed there: it happens in their name."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import AuditAction
from catalog_service.domain.offers import OfferStatus
from catalog_service.repository.places import read_places
from catalog_service.repository.withholding import keepers_of
from catalog_service.services.write_to import write_to

STATUS_ACTS: Final = {
    OfferStatus.DRAFT: "OFFER_DRAFT",
    OfferStatus.ACTIVE: "OFFER_ACTIVE",
    OfferStatus.PAUSED: "OFFER_PAUSED",
    OfferStatus.CANCELLED: "OFFER_CANCELLED",
}
ADMIN_ACTS: Final = (
    *STATUS_ACTS.values(),
    AuditAction.OFFER_CREATED.value,
    AuditAction.OFFER_CHANGED.value,
    AuditAction.OFFER_DELETED.value,
    AuditAction.RESERVATION_CANCELLED.value,
    AuditAction.PLACE_CHANGED.value,
    AuditAction.SCHEDULE_CREATED.value,
    AuditAction.SCHEDULE_CHANGED.value,
    AuditAction.SCHEDULE_PAUSED.value,
    AuditAction.SCHEDULE_RESUMED.value,
    AuditAction.SCHEDULE_DELETED.value,
    AuditAction.DAY_SKIPPED.value,
    AuditAction.DAY_UNSKIPPED.value,
)
"""All that the letter has words for."""


async def tell_keepers(
    session: AsyncSession,
    actor: Actor,
    place_id: UUID,
    what: str,
    offer: str | None = None,
    reason: str | None = None,
) -> None:
    """Have owners and managers written to, if it is an admin who acts; not the admin themself.

    ``what``: one of ``ADMIN_ACTS``; ``offer``: what the offer or schedule is called.
    """
    if not actor.is_admin:
        return
    place = (await read_places(session, [place_id]))[place_id]
    facts = {"place": place.name, "what": what, "offer": offer, "reason": reason}
    for user_id in await keepers_of(session, place_id):
        if not actor.is_self(user_id):
            await write_to(session, user_id, "changed_by_admin", facts)
