"""Making tokens for an account."""

from auth_service.core.tokens import TokenIssuer
from auth_service.domain.session import Session
from auth_service.domain.user import User


def open_session(issuer: TokenIssuer, user: User) -> Session:
    """New tokens for ``user``, who has just proven to be it."""
    return Session(
        access_token_of(issuer, user),
        issuer.refresh_token(user.id, token_version=user.token_version),
        issuer.access_seconds,
        user,
    )


def access_token_of(issuer: TokenIssuer, user: User) -> str:
    """An access token that says what the account is now."""
    return issuer.access_token(
        user.id,
        role=user.role.value,
        email_verified=user.is_verified,
        token_version=user.token_version,
        standing_version=user.standing_version,
        is_approved=user.is_approved,
    )
