"""An owner invites somebody into a place."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor, Role
from catalog_service.domain.errors import InvalidInput, StateForbids
from catalog_service.domain.moderation import AuditAction
from catalog_service.domain.places import Partnership, PartnershipRole, PartnershipStatus
from catalog_service.repository.invitations import is_void
from catalog_service.repository.place_writes import (
    invite_partner,
    lock_place,
    read_partnership_of,
    update_partnership,
)
from catalog_service.services.admission import hold_partner
from catalog_service.services.invitation_counts import InvitationCounts
from catalog_service.services.record_partnership import record_partnership
from catalog_service.services.tell_partner import offer_partnership
from shared.errors import NotFound


async def link_partner(
    session: AsyncSession,
    actor: Actor,
    counts: InvitationCounts,
    place_id: UUID,
    user_id: UUID,
    role: PartnershipRole,
) -> Partnership:
    """The invitation; inviting the same again changes nothing. It holds once it is accepted.

    One that is void, as who made it owns the place no more, is none.
    Raises ``NotFound`` without a place that the actor owns or for an account that does not exist,
    ``InvalidInput`` for one that is no partner, ``StateForbids`` when the account is there already
    in another role, active or invited, ``RateLimited`` for one invitation too many.
    """
    invited = await hold_partner(session, user_id)
    place = await lock_place(session, place_id, actor)
    if place is None:
        raise NotFound
    if invited.role is not Role.PARTNER:
        raise InvalidInput.at(
            "userId", code="NOT_A_PARTNER", message="This account does not have the role partner."
        )
    standing = await read_partnership_of(session, place_id, user_id)
    if standing is not None and await is_void(session, standing):
        await update_partnership(session, standing.id, standing.role, PartnershipStatus.ENDED)
    made = await invite_partner(session, place_id, invited, role, actor.user_id)
    if made is not None:
        await counts.take(actor, str(user_id))
        await offer_partnership(session, made, place)
        await record_partnership(session, actor, AuditAction.PARTNER_INVITED, made)
        return made
    if standing is None or standing.role is not role:
        raise StateForbids("This account is a partner of the place already.")
    return standing
