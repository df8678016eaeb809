"""A customer's account becomes a partner's, by its owner's own wish."""

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.domain.audit import Act, Action
from auth_service.domain.user import Role, User
from auth_service.repository.audit import record
from auth_service.repository.users import locked_user, store_approval
from auth_service.services.current_account import current_account
from auth_service.services.dependencies import Dependencies
from auth_service.services.tell_catalog import tell_catalog
from auth_service.services.write_to import write_to
from shared.errors import EmailNotVerified, Forbidden

log = structlog.get_logger(__name__)


async def become_partner(deps: Dependencies, user_id: UUID, token_version: int) -> User:
    """The account, a partner's; it waits to be approved where new partners do, as a new one would.

    A partner's changes nothing. Its sessions stay: nobody else decided this. The catalog knows
    before this returns, if it can be reached.

    Raises ``Forbidden`` for admins, ``EmailNotVerified``, ``Unauthenticated``.
    """
    waits = deps.partners_are_approved

    async def become(session: AsyncSession) -> User:
        await locked_user(session, user_id)  # asked for twice at once, it happens once
        before = await current_account(session, user_id, token_version)
        if before.role is Role.PARTNER:
            return before
        if before.role is Role.ADMIN:
            raise Forbidden
        if not before.is_verified:
            raise EmailNotVerified
        details = {"before": before.role.value, "after": Role.PARTNER.value}
        await record(session, Act(Action.ROLE_CHANGED, user_id, user_id, details=details))
        await write_to(session, user_id, "partner_pending" if waits else "partner_begun", {})
        after = await store_approval(session, user_id, Role.PARTNER, is_approved=not waits)
        return after or before

    after = await deps.database.write(become)
    await tell_catalog(deps, user_id)
    log.info("customer became a partner", audit=True, user_id=str(user_id), waits=waits)
    return after
