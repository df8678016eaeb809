"""End all sessions of one's own account."""

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.repository.users import end_sessions
from auth_service.services.current_account import current_account
from auth_service.services.dependencies import Dependencies
from auth_service.services.tell_catalog import tell_catalog

log = structlog.get_logger(__name__)


async def sign_out_everywhere(deps: Dependencies, user_id: UUID, token_version: int) -> None:
    """No token made until now works any more, in no service. Raises ``Unauthenticated``."""

    async def end(session: AsyncSession) -> None:
        await current_account(session, user_id, token_version)
        await end_sessions(session, user_id)

    await deps.database.write(end)
    await tell_catalog(deps, user_id)
    log.info("signed out everywhere", user_id=str(user_id))
