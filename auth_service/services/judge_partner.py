"""An admin approves a new partner, or does not. Only where partners are approved first."""

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.domain.audit import Act, Action
from auth_service.domain.text import read_reason
from auth_service.domain.user import Role, User
from auth_service.repository.audit import last_act, record
from auth_service.repository.users import locked_user, store_approval
from auth_service.services.current_account import current_admin
from auth_service.services.dependencies import Dependencies
from auth_service.services.tell_catalog import tell_catalog
from auth_service.services.write_to import write_to
from shared.errors import Conflict, NotFound

log = structlog.get_logger(__name__)

NOT_WAITING = "This account does not wait to be approved as a partner."
_ROLE_GIVEN = (Action.PARTNER_REJECTED, Action.PARTNER_APPROVED, Action.ROLE_CHANGED)


async def approve_partner(
    deps: Dependencies, admin_id: UUID, token_version: int, user_id: UUID
) -> User:
    """The partner, who may open places from now on; approving again changes nothing.

    Raises ``Forbidden``, ``NotFound``, ``Conflict``, ``Unauthenticated``.
    """

    async def approve(session: AsyncSession) -> User:
        account = await _held(session, admin_id, token_version, user_id)
        if account.role is not Role.PARTNER:
            raise Conflict(NOT_WAITING)
        if account.is_approved:
            return account
        await record(session, Act(Action.PARTNER_APPROVED, admin_id, user_id))
        await write_to(session, user_id, "partner_approved", {})
        return await store_approval(session, user_id, Role.PARTNER) or account

    return await _judge(deps, user_id, await deps.database.write(approve))


async def reject_partner(
    deps: Dependencies, admin_id: UUID, token_version: int, user_id: UUID, reason_text: str
) -> User:
    """The account, a customer's from now on; rejecting again changes nothing.

    Raises ``Forbidden``, ``NotFound``, ``Conflict``, ``Unauthenticated``, ``InvalidInput``.
    """
    reason = read_reason(reason_text)

    async def reject(session: AsyncSession) -> User:
        account = await _held(session, admin_id, token_version, user_id)
        if account.is_approved:
            if await last_act(session, user_id, _ROLE_GIVEN) is Action.PARTNER_REJECTED:
                return account
            raise Conflict(NOT_WAITING)
        await record(session, Act(Action.PARTNER_REJECTED, admin_id, user_id, reason))
        await write_to(session, user_id, "partner_rejected", {"reason": reason})
        return await store_approval(session, user_id, Role.USER) or account

    return await _judge(deps, user_id, await deps.database.write(reject))


async def _held(session: AsyncSession, admin_id: UUID, token_version: int, user_id: UUID) -> User:
    await current_admin(session, admin_id, token_version)
    account = await locked_user(session, user_id)
    if account is None:
        raise NotFound("No such account.")
    return account


async def _judge(deps: Dependencies, user_id: UUID, after: User) -> User:
    await tell_catalog(deps, user_id)
    log.info("partner judged", user_id=str(user_id), role=after.role.value, audit=True)
    return after
