"""An admin suspends an account, or restores it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.domain.audit import Act, Action
from auth_service.domain.text import read_reason
from auth_service.domain.user import User
from auth_service.domain.verification import Purpose
from auth_service.repository.audit import record
from auth_service.repository.users import locked_admins, locked_user, store_suspension
from auth_service.repository.verification_tokens import withdraw_tokens
from auth_service.services.current_account import current_admin
from auth_service.services.dependencies import Dependencies
from auth_service.services.tell_catalog import tell_catalog
from auth_service.services.write_to import write_to
from shared.errors import Forbidden, NotFound

log = structlog.get_logger(__name__)


async def suspend_account(
    deps: Dependencies, admin_id: UUID, token_version: int, user_id: UUID, reason_text: str
) -> User:
    """The account, suspended and signed out; suspending it again changes nothing.

    What it sells and holds in the catalog ends before this returns, if the catalog can be reached.

    Raises ``InvalidInput``, ``Forbidden`` (also for one's own), ``NotFound``, ``Unauthenticated``.
    """
    reason = read_reason(reason_text)

    async def suspend(session: AsyncSession, account: User) -> User:
        if account.is_suspended:
            return account
        await withdraw_tokens(session, user_id, *Purpose)
        await record(session, Act(Action.ACCOUNT_SUSPENDED, admin_id, user_id, reason))
        await write_to(session, user_id, "account_suspended", {"reason": reason})
        return await store_suspension(session, user_id, reason) or account

    return await _as_admin(deps, admin_id, token_version, user_id, suspend)


async def restore_account(
    deps: Dependencies, admin_id: UUID, token_version: int, user_id: UUID, reason_text: str
) -> User:
    """The account, which may sign in again; restoring it again changes nothing.

    Raises ``InvalidInput``, ``Forbidden`` (also for one's own), ``NotFound``, ``Unauthenticated``.
    """
    reason = read_reason(reason_text)

    async def restore(session: AsyncSession, account: User) -> User:
        if not account.is_suspended:
            return account
        await record(session, Act(Action.ACCOUNT_RESTORED, admin_id, user_id, reason))
        await write_to(session, user_id, "account_restored", {"reason": reason})
        return await store_suspension(session, user_id, None) or account

    return await _as_admin(deps, admin_id, token_version, user_id, restore)


async def _as_admin(
    deps: Dependencies,
    admin_id: UUID,
    token_version: int,
    user_id: UUID,
    change: Callable[[AsyncSession, User], Awaitable[User]],
) -> User:
    async def work(session: AsyncSession) -> User:
        await locked_admins(session)  # two who suspend each other come one after the other
        await current_admin(session, admin_id, token_version)
        if admin_id == user_id:
            raise Forbidden("Nobody may suspend or restore their own account.")
        account = await locked_user(session, user_id)
        if account is None:
            raise NotFound("No such account.")
        return await change(session, account)

    after = await deps.database.write(work)
    await tell_catalog(deps, user_id)
    log.info("account judged", user_id=str(user_id), suspended=after.is_suspended, audit=True)
    return after
