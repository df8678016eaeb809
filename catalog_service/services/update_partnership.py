"""An owner changes a partner's part in a place, or a partner leaves it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor, Role
from catalog_service.domain.errors import StateForbids
from catalog_service.domain.moderation import AuditAction
from catalog_service.domain.places import Partnership, PartnershipRole, PartnershipStatus
from catalog_service.repository.place_writes import (
    has_owner,
    is_open,
    lock_partnership,
    owns_place,
    read_partner_id,
)
from catalog_service.repository.place_writes import update_partnership as write
from catalog_service.repository.places import read_places
from catalog_service.repository.standings import Known, hold_standing
from catalog_service.services.attend_place import attend_again
from catalog_service.services.invitation_counts import InvitationCounts
from catalog_service.services.record_partnership import record_partnership
from catalog_service.services.tell_partner import offer_partnership, tell_partner
from shared.errors import NotFound


async def update_partnership(
    session: AsyncSession,
    actor: Actor,
    counts: InvitationCounts,
    partnership_id: UUID,
    role: PartnershipRole | None,
    is_active: bool | None,
) -> Partnership:
    """The changed partnership; None leaves as it is.

    Inactive, it has ended (an invitation is withdrawn or declined); active again, the partner is
    invited again. Who is invited is written to, and whose part another ended or changed.

    Raises ``NotFound`` without one that the actor may change (who is not an owner may only leave),
    ``StateForbids`` when an owner's going would leave the place without one who may act, for
    inviting again whoever is no partner any more and into a closed place, ``RateLimited`` for one
    invitation too many.
    """
    # Before the place, in the order of all locks.
    partner = await _hold_partner(session, partnership_id) if is_active is True else None
    before = await lock_partnership(session, partnership_id, actor)
    if before is None:
        raise NotFound
    only_leaves = role in {None, before.role} and is_active is not True
    if not only_leaves and not await owns_place(session, before.place_id, actor):
        raise NotFound
    role, status = role or before.role, _status(before.status, is_active)
    if (role, status) == (before.role, before.status):
        return before
    if status is PartnershipStatus.INVITED:
        await _check_may_be_asked(session, before, partner)
    after = await write(
        session,
        partnership_id,
        role,
        status,
        invited_by=actor.user_id if status is PartnershipStatus.INVITED else None,
        standing_version=_begins_anew_with(before, partner),
    )
    # Staff may leave a place whose owner is suspended: they take no owner away.
    if _owns(before) and not _owns(after) and not await has_owner(session, before.place_id):
        raise StateForbids("A place keeps at least one owner.")
    await attend_again(session, [before.place_id])
    await _tell(session, actor, counts, before, after)
    action = AuditAction.PARTNERSHIP_CHANGED
    await record_partnership(session, actor, action, after, status=after.status.value)
    return after


async def _hold_partner(session: AsyncSession, partnership_id: UUID) -> Known | None:
    """The account that is named, held; None unless it is a partner's, as far as was told."""
    user_id = await read_partner_id(session, partnership_id)
    if user_id is None:
        return None
    known = await hold_standing(session, user_id)
    has_role = known.standing is None or known.standing.role is Role.PARTNER
    return known if has_role and not known.is_erased else None


async def _check_may_be_asked(
    session: AsyncSession, before: Partnership, partner: Known | None
) -> None:
    """Go on for whoever may be invited again. An invitation that waits ends with the role."""
    if before.status is PartnershipStatus.ENDED and partner is None:
        raise StateForbids("This account is no partner any more.")
    if not await is_open(session, before.place_id):
        raise StateForbids("This place has been closed.")


def _begins_anew_with(before: Partnership, partner: Known | None) -> int | None:
    """The version of the partner's standing; None for what goes on."""
    if partner is None or before.status is not PartnershipStatus.ENDED:
        return None
    return 0 if partner.standing is None else partner.standing.version


def _owns(partnership: Partnership) -> bool:
    return partnership.is_active and partnership.role is PartnershipRole.OWNER


async def _tell(
    session: AsyncSession,
    actor: Actor,
    counts: InvitationCounts,
    before: Partnership,
    after: Partnership,
) -> None:
    place = (await read_places(session, [after.place_id]))[after.place_id]
    if after.status is PartnershipStatus.INVITED:
        await counts.take(actor, str(after.partner_user_id))
        await offer_partnership(session, after, place)
    elif not actor.is_self(after.partner_user_id):
        await tell_partner(session, before, after, place)


def _status(before: PartnershipStatus, is_active: bool | None) -> PartnershipStatus:
    if is_active is None:
        return before
    if not is_active:
        return PartnershipStatus.ENDED
    return PartnershipStatus.INVITED if before is PartnershipStatus.ENDED else before
