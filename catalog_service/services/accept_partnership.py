"""Whoever was invited into a place accepts."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import StateForbids
from catalog_service.domain.moderation import AuditAction
from catalog_service.domain.places import Partnership, PartnershipStatus
from catalog_service.repository.invitations import is_void
from catalog_service.repository.place_writes import is_open, lock_partnership, update_partnership
from catalog_service.services.answer_invitation import VOID
from catalog_service.services.attend_place import attend_again
from catalog_service.services.record_partnership import record_partnership
from shared.errors import NotFound


async def accept_partnership(
    session: AsyncSession, actor: Actor, partnership_id: UUID
) -> Partnership:
    """The partnership, active from now on; accepting again changes nothing.

    Raises ``NotFound`` without an invitation of the actor's own (an owner cannot accept for
    somebody else), ``StateForbids`` at a place that was closed meanwhile, and once who invited
    does not own it any more.
    """
    before = await lock_partnership(session, partnership_id, actor)
    if before is None or not actor.is_self(before.partner_user_id):
        raise NotFound
    if before.status is PartnershipStatus.ACTIVE:
        return before
    if not await is_open(session, before.place_id):
        raise StateForbids("This place has been closed.")
    if before.status is PartnershipStatus.ENDED:
        raise NotFound
    if await is_void(session, before):
        raise StateForbids(VOID)
    made = await update_partnership(session, partnership_id, before.role, PartnershipStatus.ACTIVE)
    await record_partnership(session, actor, AuditAction.PARTNERSHIP_ACCEPTED, made)
    await attend_again(session, [before.place_id])
    return made
