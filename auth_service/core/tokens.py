"""Issuing access and refresh tokens, and judging refresh tokens.

Access tokens follow RFC 9068 (``typ: at+jwt``). Refresh tokens are ``typ: rt+jwt`` with the issuer
as their audience: neither can pass for the other. Nothing is stored.
"""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from auth_service.core.settings import AuthSettings
from auth_service.core.signing import SigningKeys
from shared.clock import Clock, system_clock
from shared.tokens import APPROVED_CLAIM, STANDING_CLAIM, VERSION_CLAIM
from shared.tokens.errors import TokenRejected
from shared.tokens.validator import LEEWAY_SECONDS, read_header

CLIENT_ID = "est"  # one first-party client; RFC 9068 wants to know which
REFRESH_TYPES = ("rt+jwt",)


@dataclass(frozen=True, slots=True)
class RefreshClaims:
    """What a valid refresh token says. ``auth_time``: when the password was given, in seconds."""

    user_id: UUID
    token_version: int
    auth_time: int


class RefreshTokenRejected(Exception):
    """A refresh token that does not do; ``expired`` if that is all that is wrong with it."""

    def __init__(self, *, expired: bool = False) -> None:
        super().__init__("expired" if expired else "invalid")
        self.expired = expired


class TokenIssuer:
    """Makes tokens for accounts and reads refresh tokens back."""

    def __init__(
        self, settings: AuthSettings, keys: SigningKeys, clock: Clock = system_clock
    ) -> None:
        self._issuer = settings.issuer
        self._audience = settings.jwt_audience
        self._keys = keys
        self._clock = clock
        self.access_seconds = settings.jwt_access_token_expire_minutes * 60
        self._refresh_seconds = settings.jwt_refresh_token_expire_days * 86_400

    def access_token(
        self,
        subject: UUID,
        *,
        role: str,
        email_verified: bool,
        token_version: int,
        standing_version: int,
        is_approved: bool = True,
    ) -> str:
        """An access token for the account ``subject``, good for ``access_seconds``."""
        claims: dict[str, Any] = {
            "aud": self._audience,
            "client_id": CLIENT_ID,
            "roles": [role],
            "email_verified": email_verified,
            # beyond RFC 9068: lets services refuse what was signed out, before it expires
            VERSION_CLAIM: token_version,
            # and lets another service tell whether it knows something newer than the token
            STANDING_CLAIM: standing_version,
        }
        if not is_approved:
            claims[APPROVED_CLAIM] = False
        return self._sign("at+jwt", subject, self.access_seconds, claims)

    def refresh_token(self, subject: UUID, *, token_version: int) -> str:
        """A refresh token for a sign-in that happens now."""
        claims = {
            "aud": self._issuer,
            "auth_time": int(self._clock()),
            VERSION_CLAIM: token_version,
        }
        return self._sign("rt+jwt", subject, self._refresh_seconds, claims)

    def _sign(self, kind: str, subject: UUID, seconds: int, claims: dict[str, Any]) -> str:
        now = int(self._clock())
        key = self._keys.current
        header = {"alg": key.algorithm, "typ": kind}
        if key.kid is not None:
            header["kid"] = key.kid
        times = {"iat": now, "nbf": now, "exp": now + seconds}
        payload = {
            "iss": self._issuer,
            "sub": str(subject),
            "jti": secrets.token_urlsafe(16),
            **times,
            **claims,
        }
        return jwt.encode(header, payload, key.key, algorithms=[key.algorithm])

    async def read_refresh_token(self, text: str) -> RefreshClaims:
        """What a refresh token says. Raises ``RefreshTokenRejected``."""
        try:
            header = read_header(text, REFRESH_TYPES)
        except TokenRejected:
            raise RefreshTokenRejected from None
        key = await self._keys.source.key(header.get("kid"), header["alg"])
        if key is None:
            raise RefreshTokenRejected
        registry = JWSRegistry(algorithms=key.algorithms, strict_check_header=False)
        try:
            token = jwt.decode(text, key.key, algorithms=key.algorithms, registry=registry)
            self._refresh_claims().validate(token.claims)
            return _refresh_claims(token.claims)
        except ExpiredTokenError:
            raise RefreshTokenRejected(expired=True) from None
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            raise RefreshTokenRejected from None

    def _refresh_claims(self) -> JWTClaimsRegistry:
        return JWTClaimsRegistry(
            now=int(self._clock()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._issuer},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )


def _refresh_claims(claims: dict[str, Any]) -> RefreshClaims:
    version, auth_time = claims[VERSION_CLAIM], claims["auth_time"]
    if not isinstance(version, int) or not isinstance(auth_time, int):
        raise TypeError("token_version and auth_time are integers")
    return RefreshClaims(UUID(claims["sub"]), version, auth_time)
