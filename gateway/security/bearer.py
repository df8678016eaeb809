"""From the ``Authorization`` header to the caller.

Without keys configured the gateway judges nobody: all are anonymous to it, and the header travels
on for the subgraphs to judge. With keys, a bad bearer fails the HTTP request (``TokenRejected``);
keys that cannot be had leave the caller unjudged, which clients must not mistake for signed out.
"""

from __future__ import annotations

from gateway.config.settings import GatewaySettings
from gateway.request.caller import ANONYMOUS, EXPIRED, UNJUDGED, Caller, Trust
from shared.tokens import (
    AccessTokenValidator,
    BearerAuthenticator,
    IssuerClock,
    RemoteKeys,
    SecretKey,
    TokenNotJudged,
    TokenRejected,
    digest_of,
)

_NEVER_KNOWN = b""


class Callers:
    """Names the caller of each request. ``authenticator`` None: nobody is judged.

    ``clock``: the issuer's, where it tells.
    """

    def __init__(
        self,
        authenticator: BearerAuthenticator | None = None,
        clock: IssuerClock | None = None,
    ) -> None:
        self.authenticator = authenticator
        self._clock = clock

    async def check_clock(self) -> str | None:
        """Readiness: None, or how far our clock is from the issuer's."""
        return None if self._clock is None else self._clock.fault()

    async def caller(self, authorization: str | None) -> Caller:
        """Return who sends ``authorization``. Raises TokenRejected, but not for mere expiry."""
        if authorization is None or self.authenticator is None:
            return ANONYMOUS
        try:
            known = await self.authenticator.caller(authorization)
        except TokenNotJudged:
            return UNJUDGED
        except TokenRejected as rejection:
            if rejection.reason != "expired":
                raise
            return EXPIRED
        return Caller(Trust.VERIFIED, known.scopes, known.claims)

    def bearer(self, authorization: str | None) -> bytes | None:
        """Return what stands for a bearer in ``known``; None where nobody is judged by it."""
        if authorization is None or self.authenticator is None:
            return None
        return digest_of(authorization) or _NEVER_KNOWN

    def known(self, bearer: bytes | None) -> Caller | None:
        """Return whose ``bearer`` that is if it is known without verifying anything."""
        if bearer is None or self.authenticator is None:
            return ANONYMOUS
        known = self.authenticator.remembered(bearer)
        return None if known is None else Caller(Trust.VERIFIED, known.scopes, known.claims)

    async def close(self) -> None:
        """Let go of the keys' connections."""
        if self.authenticator is not None:
            await self.authenticator.close()


def callers_from(settings: GatewaySettings) -> Callers:
    """Build what ``settings`` describe: HS256 with JWT_SECRET, else the JWKS, else nothing."""
    issuer = settings.token_issuer or ""
    if settings.jwt_secret is not None:
        secret = SecretKey(settings.jwt_secret.get_secret_value())
        validator = AccessTokenValidator(issuer, settings.jwt_audience, secret)
    elif settings.keys_url is not None:
        keys = RemoteKeys(settings.keys_url)
        validator = AccessTokenValidator(issuer, settings.jwt_audience, keys)
        return Callers(BearerAuthenticator(validator), keys.issuer_clock)
    else:
        return Callers()
    return Callers(BearerAuthenticator(validator))
