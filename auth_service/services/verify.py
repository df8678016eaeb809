"""Verify an address by the token that was mailed to it."""

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.domain.errors import TokenInvalid
from auth_service.domain.user import User
from auth_service.domain.verification import Purpose, digest_of
from auth_service.repository.users import mark_verified
from auth_service.repository.verification_tokens import consume_token
from auth_service.services.dependencies import Dependencies
from auth_service.services.tell_catalog import tell_catalog

log = structlog.get_logger(__name__)


async def verify(deps: Dependencies, token_text: str, origin: str) -> User:
    """The verified account. A token works once, also when sent fifty times at once.

    Raises ``TokenInvalid``, ``TokenExpired``, ``TokenUsed``, ``RateLimited``.
    """
    await deps.attempts.verify(origin)
    digest = digest_of(token_text)

    async def use(session: AsyncSession) -> User | None:
        user_id = await consume_token(session, digest, Purpose.VERIFY_EMAIL)
        return await mark_verified(session, user_id)

    user = await deps.database.write(use)
    if user is None:
        raise TokenInvalid  # deleted between the two statements
    await tell_catalog(deps, user.id)
    log.info("address verified", user_id=str(user.id))
    return user
