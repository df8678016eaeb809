"""Verify an address by the token that was mailed to it."""

import structlog

from auth_service.domain.errors import TokenInvalid
from auth_service.domain.user import User
from auth_service.domain.verification import Purpose, digest_of
from auth_service.repository.users import mark_verified
from auth_service.repository.verification_tokens import consume_token
from auth_service.services.dependencies import Dependencies

log = structlog.get_logger(__name__)


async def verify(deps: Dependencies, token_text: str, origin: str) -> User:
    """The verified account. A token works once, also when sent fifty times at once.

    Raises ``TokenInvalid``, ``TokenExpired``, ``TokenUsed``, ``RateLimited``.
    """
    await deps.attempts.verify(origin)
    digest = digest_of(token_text)
    async with deps.database.transaction() as session:
        user_id = await consume_token(session, digest, Purpose.VERIFY_EMAIL)
        user = await mark_verified(session, user_id)
    if user is None:
        raise TokenInvalid  # deleted between the two statements
    log.info("address verified", user_id=str(user.id))
    return user
