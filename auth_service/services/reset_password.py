"""Set a new password with a mailed token."""

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.domain.audit import Act, Action
from auth_service.domain.errors import TokenInvalid
from auth_service.domain.password import Password
from auth_service.domain.session import Session
from auth_service.domain.user import User
from auth_service.domain.verification import (
    WORTHLESS_WITH_A_NEW_PASSWORD,
    Purpose,
    digest_of,
)
from auth_service.repository.audit import record
from auth_service.repository.users import replace_password
from auth_service.repository.verification_tokens import consume_token, withdraw_tokens
from auth_service.services.dependencies import Dependencies
from auth_service.services.sessions import open_session
from auth_service.services.tell_catalog import tell_catalog
from auth_service.services.write_to import tell_of_new_password

log = structlog.get_logger(__name__)


async def reset_password(
    deps: Dependencies, token_text: str, new_password: str, origin: str
) -> Session:
    """A new session; all older ones end. Who reads the mail owns the address: it is verified too.

    Raises ``WeakPassword``, ``TokenInvalid``, ``TokenExpired``, ``TokenUsed``, ``RateLimited``.
    """
    await deps.attempts.reset(origin)
    password = Password.chosen(new_password, "newPassword")
    digest = digest_of(token_text)
    password_hash = await deps.passwords.hash(password.encoded())

    async def use(session: AsyncSession) -> User | None:
        user_id = await consume_token(session, digest, Purpose.RESET_PASSWORD)
        user = await replace_password(session, user_id, password_hash, verifies=True)
        await withdraw_tokens(session, user_id, *WORTHLESS_WITH_A_NEW_PASSWORD)
        await record(session, Act(Action.PASSWORD_CHANGED, user_id, user_id))
        await tell_of_new_password(session, user_id)
        return user

    user = await deps.database.write(use)
    if user is None:
        raise TokenInvalid
    await deps.attempts.login_succeeded(user.email, origin)
    await tell_catalog(deps, user.id)
    log.info("password reset", user_id=str(user.id))
    return open_session(deps.issuer, user)
