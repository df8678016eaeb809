"""Change one's own password."""

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.domain.audit import Act, Action
from auth_service.domain.password import Password
from auth_service.domain.session import Session
from auth_service.domain.user import User
from auth_service.domain.verification import WORTHLESS_WITH_A_NEW_PASSWORD
from auth_service.domain.viewer import Over
from auth_service.repository.audit import record
from auth_service.repository.users import replace_password
from auth_service.repository.verification_tokens import withdraw_tokens
from auth_service.services.current_account import confirm_password, hold_confirmed
from auth_service.services.dependencies import Dependencies
from auth_service.services.sessions import open_session
from auth_service.services.tell_catalog import tell_catalog
from auth_service.services.write_to import tell_of_new_password
from shared.errors import SessionOver

log = structlog.get_logger(__name__)


async def change_password(
    deps: Dependencies, user_id: UUID, token_version: int, current: str, new: str
) -> Session:
    """A new session; all older ones end.

    Raises ``WeakPassword``, ``InvalidCredentials``, ``Unauthenticated``, ``RateLimited``.
    """
    attempt = Password.attempted(current, "currentPassword")
    chosen = Password.chosen(new, "newPassword")
    confirmed = await confirm_password(deps, user_id, token_version, attempt)
    password_hash = await deps.passwords.hash(chosen.encoded())

    async def replace(session: AsyncSession) -> User:
        held = await hold_confirmed(session, confirmed)
        if held is None:
            raise SessionOver(Over.DELETED)
        user = await replace_password(session, user_id, password_hash)
        await withdraw_tokens(session, user_id, *WORTHLESS_WITH_A_NEW_PASSWORD)
        await record(session, Act(Action.PASSWORD_CHANGED, user_id, user_id))
        await tell_of_new_password(session, user_id)
        return user or held

    user = await deps.database.write(replace)
    await tell_catalog(deps, user_id)
    log.info("password changed", user_id=str(user_id))
    return open_session(deps.issuer, user)
