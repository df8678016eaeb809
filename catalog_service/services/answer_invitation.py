"""Whoever was invited by mail accepts or declines; an owner withdraws the invitation."""

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.core.accounts import AuthAccounts
from catalog_service.domain.actors import Actor, Role
from catalog_service.domain.errors import InvalidInput, StateForbids
from catalog_service.domain.moderation import Act, AuditAction
from catalog_service.domain.places import Invitation, InvitationStatus, Partnership
from catalog_service.repository.invitations import (
    answer,
    by_id,
    by_token,
    lock_invitation,
    may_still_invite,
)
from catalog_service.repository.place_writes import (
    is_open,
    owns_place,
    read_partnership_of,
    start_partnership,
)
from catalog_service.services.admission import NOT_APPROVED
from catalog_service.services.attend_place import attend_again
from catalog_service.services.invite_partner import token_hash, withdraw_mails
from catalog_service.services.record import record
from shared.errors import Forbidden, NotFound, Unauthenticated

VOID: Final = "Who made this invitation does not own the place any more."
_ANSWERS: Final = {
    InvitationStatus.ACCEPTED: AuditAction.INVITATION_ACCEPTED,
    InvitationStatus.DECLINED: AuditAction.INVITATION_DECLINED,
    InvitationStatus.CANCELLED: AuditAction.INVITATION_CANCELLED,
}


def check_may_accept(actor: Actor) -> None:
    """Go on for a partner: as the account stands by now, a token may be older.

    Raises ``Forbidden``, which tells a customer the way on.
    """
    if actor.role is Role.USER:
        raise Forbidden("Only a partner's account can accept: make yours one with becomePartner.")
    if not actor.is_partner:
        raise Forbidden
    if not actor.is_approved:
        raise Forbidden(NOT_APPROVED)


async def named_invitation(
    accounts: AuthAccounts, user_id: UUID, invitation_id: UUID | None, token: str | None
) -> ColumnElement[bool]:
    """The invitation that the caller may answer: by its mail's token, whoever has that; or by its
    id, if it was made to the account's verified address.

    Raises ``InvalidInput`` unless one of both is given, ``NotFound``, ``Unavailable``.
    """
    if token is not None and invitation_id is None:
        return by_token(token_hash(token))
    if invitation_id is None or token is not None:
        raise InvalidInput.at(
            "id", code="ONE_OF", message="Give either an invitation or its mail's token."
        )
    if invitation_id not in await accounts.invitations(user_id):
        raise NotFound
    return by_id(invitation_id)


async def accept_invitation(
    session: AsyncSession, actor: Actor, which: ColumnElement[bool]
) -> Partnership:
    """The partnership, active from now on; accepting again changes nothing.

    Raises ``NotFound``, ``StateForbids`` for what was answered, withdrawn or has expired, at a
    place that was closed, and for who works there already in another role.
    """
    if actor.user_id is None:
        raise Unauthenticated
    found = await lock_invitation(session, which)
    if found is None:
        raise NotFound
    if found.status is InvitationStatus.ACCEPTED and actor.is_self(found.answered_by):
        return await _as_it_is(session, actor.user_id, found)
    await _check_waits(session, found)
    made = await start_partnership(
        session, found.place_id, actor.user_id, found.role, actor.version
    )
    if made is None:
        made = await _as_it_is(session, actor.user_id, found)
        if made.role is not found.role:
            raise StateForbids("You work at this place already, in another role.")
    await _answer(session, actor, found, InvitationStatus.ACCEPTED)
    await attend_again(session, [found.place_id])
    return made


async def decline_invitation(
    session: AsyncSession, actor: Actor, which: ColumnElement[bool]
) -> Invitation:
    """The invitation, declined for good; again changes nothing.

    Raises ``NotFound``, ``StateForbids`` for what was answered otherwise or withdrawn.
    """
    found = await lock_invitation(session, which)
    if found is None:
        raise NotFound
    if found.status is InvitationStatus.DECLINED:
        return found
    if found.status is not InvitationStatus.PENDING:
        raise _answered(found)
    return await _answer(session, actor, found, InvitationStatus.DECLINED)


async def cancel_invitation(session: AsyncSession, actor: Actor, invitation_id: UUID) -> Invitation:
    """The invitation, withdrawn; again changes nothing.

    Raises ``NotFound`` without one of a place that the actor owns, ``StateForbids`` for what was
    answered.
    """
    found = await lock_invitation(session, by_id(invitation_id))
    if found is None or not await owns_place(session, found.place_id, actor):
        raise NotFound
    if found.status is InvitationStatus.CANCELLED:
        return found
    if found.status is not InvitationStatus.PENDING:
        raise _answered(found)
    return await _answer(session, actor, found, InvitationStatus.CANCELLED)


async def _answer(
    session: AsyncSession, actor: Actor, found: Invitation, status: InvitationStatus
) -> Invitation:
    answered = await answer(session, found.id, status, actor.user_id)
    await withdraw_mails(session, [found])
    details = {"placeId": str(found.place_id), "role": found.role.value}
    await record(session, actor, Act(_ANSWERS[status], "invitation", found.id, details=details))
    return answered


async def _check_waits(session: AsyncSession, found: Invitation) -> None:
    if found.status is not InvitationStatus.PENDING:
        raise _answered(found)
    if found.is_expired:
        raise StateForbids("This invitation has expired: ask the place for another one.")
    if not await is_open(session, found.place_id):
        raise StateForbids("This place has been closed.")
    # Whoever is no owner any more must not come back through an invitation made before.
    if not await may_still_invite(session, found.place_id, found.inviter_id):
        raise StateForbids(VOID)


def _answered(found: Invitation) -> StateForbids:
    return StateForbids("This invitation was answered or withdrawn.", status=found.status.value)


async def _as_it_is(session: AsyncSession, user_id: UUID, found: Invitation) -> Partnership:
    partnership = await read_partnership_of(session, found.place_id, user_id)
    if partnership is None:
        raise NotFound
    return partnership
