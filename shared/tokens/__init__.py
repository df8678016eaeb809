"""Access tokens: reading the bearer, judging it (RFC 9068), and who that makes the caller.

``BearerAuthenticator`` is the whole of it for a server::

    authenticator = bearer_authenticator(settings)          # in the lifespan; close() it at the end
    caller = await authenticator.caller(authorization)      # ANONYMOUS without a header

``caller`` raises ``TokenRejected`` (the token is bad: 401) or ``TokenNotJudged`` (no keys at hand:
what needs no caller is served to ``UNJUDGED``, the rest is UNAVAILABLE and retryable, never 401,
because clients would sign out).
"""

from shared.tokens.bearer import (
    BearerAuthenticator,
    bearer_authenticator,
    digest_of,
    read_bearer,
)
from shared.tokens.caller import (
    ANONYMOUS,
    APPROVED_CLAIM,
    STANDING_CLAIM,
    UNJUDGED,
    VERSION_CLAIM,
    Caller,
)
from shared.tokens.errors import TokenNotJudged, TokenRejected
from shared.tokens.issuer_clock import IssuerClock
from shared.tokens.jwks import RemoteKeys
from shared.tokens.keys import KeySource, SecretKey, StaticKeys, VerificationKey
from shared.tokens.validator import AccessTokenValidator

__all__ = [
    "ANONYMOUS",
    "APPROVED_CLAIM",
    "STANDING_CLAIM",
    "UNJUDGED",
    "VERSION_CLAIM",
    "AccessTokenValidator",
    "BearerAuthenticator",
    "Caller",
    "IssuerClock",
    "KeySource",
    "RemoteKeys",
    "SecretKey",
    "StaticKeys",
    "TokenNotJudged",
    "TokenRejected",
    "VerificationKey",
    "bearer_authenticator",
    "digest_of",
    "read_bearer",
]
