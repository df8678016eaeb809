"""Exchange a refresh token for a new access token."""

from auth_service.core.tokens import RefreshTokenRejected
from auth_service.domain.errors import AccountSuspended, TokenExpired, TokenInvalid
from auth_service.domain.session import Refreshed
from auth_service.repository.users import user_by_id
from auth_service.services.dependencies import Dependencies
from auth_service.services.sessions import access_token_of


async def refresh(deps: Dependencies, refresh_token: str, origin: str) -> Refreshed:
    """An access token that says what the account is now.

    The account must exist and its ``token_version`` be the token's: a new password or role, signing
    out everywhere and deleting the account all end it. Raises ``TokenInvalid``, ``TokenExpired``,
    ``AccountSuspended``, ``RateLimited``.
    """
    await deps.attempts.refresh(origin)
    try:
        claims = await deps.issuer.read_refresh_token(refresh_token)
    except RefreshTokenRejected as rejection:
        raise (TokenExpired if rejection.expired else TokenInvalid) from None
    await deps.attempts.refresh_account(claims.user_id)
    async with deps.database.read() as connection:
        user = await user_by_id(connection, claims.user_id)
    if user is not None and user.is_suspended:
        raise AccountSuspended
    if user is None or user.token_version != claims.token_version:
        raise TokenInvalid
    return Refreshed(access_token_of(deps.issuer, user), deps.issuer.access_seconds)
