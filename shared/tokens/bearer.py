"""From an ``Authorization`` header to a caller, with a bounded memory of verdicts."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.clock import Clock, system_clock
from shared.tokens.caller import ANONYMOUS, Caller
from shared.tokens.errors import TokenRejected
from shared.tokens.jwks import RemoteKeys
from shared.tokens.keys import KeySource, SecretKey
from shared.tokens.validator import SERVICE_LEEWAY_SECONDS, AccessTokenValidator

if TYPE_CHECKING:
    from shared.settings.service import ServiceSettings

REMEMBERED_SECONDS = 60.0
REMEMBERED_TOKENS = 10_000


def read_bearer(authorization: str | None) -> str | None:
    """The token of an ``Authorization`` header; None without one (RFC 6750 section 2.1).

    Another scheme, or no token after the word, raises ``TokenRejected("malformed")``: never a quiet
    downgrade to anonymous.
    """
    if authorization is None:
        return None
    scheme, _, token = authorization.strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or not token.isascii() or " " in token:
        raise TokenRejected("malformed")
    return token


def digest_of(authorization: str) -> bytes | None:
    """What stands for a bearer's token in memory; None for what is no bearer."""
    scheme, _, token = authorization.partition(" ")
    return _digest(token) if scheme.lower() == "bearer" else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True, slots=True)
class _Verdict:
    caller: Caller
    until: float
    generation: int


class BearerAuthenticator:
    """Judges bearers and remembers good ones until their expiry, at most a minute.

    Remembered by a digest of the token's bytes, so that no token is kept in memory. A change of
    keys forgets everything. ``capacity``: tokens remembered; the least recently used goes first.
    ``issued_since``: tells before which second tokens were issued that are good no more.
    """

    def __init__(
        self,
        validator: AccessTokenValidator,
        *,
        clock: Clock = system_clock,
        capacity: int = REMEMBERED_TOKENS,
        issued_since: Callable[[], Awaitable[float]] | None = None,
    ) -> None:
        self._validator = validator
        self._clock = clock
        self._capacity = capacity
        self._issued_since = issued_since
        self._verdicts: OrderedDict[bytes, _Verdict] = OrderedDict()

    async def caller(self, authorization: str | None) -> Caller:
        """Who sends ``authorization``; ``ANONYMOUS`` without a header.

        Raises ``TokenRejected`` or ``TokenNotJudged``.
        """
        token = read_bearer(authorization)
        return ANONYMOUS if token is None else await self.caller_of_token(token)

    def remembered(self, digest: bytes) -> Caller | None:
        """Whose token has this digest if a good verdict on it is remembered. Raises nothing."""
        return self._verdict(digest, self._clock())

    async def caller_of_token(self, token: str) -> Caller:
        """Who ``token`` belongs to. Raises ``TokenRejected`` or ``TokenNotJudged``."""
        digest = _digest(token)
        now = self._clock()
        caller = self._verdict(digest, now)
        if caller is None:
            # What the verdict rests on: keys may change while it is come to.
            generation = self._validator.keys.generation
            caller = await self._validator.validate(token)
            if self._issued_since and caller.claims["iat"] < int(await self._issued_since()):
                raise TokenRejected("revoked")
            self._remember(
                digest,
                _Verdict(caller, min(caller.claims["exp"], now + REMEMBERED_SECONDS), generation),
            )
        return caller

    def _verdict(self, digest: bytes, now: float) -> Caller | None:
        verdict = self._verdicts.get(digest)
        if verdict is None or verdict.generation != self._validator.keys.generation:
            return None
        if now >= verdict.until:
            return None
        self._verdicts.move_to_end(digest)
        return verdict.caller

    def _remember(self, digest: bytes, verdict: _Verdict) -> None:
        self._verdicts[digest] = verdict
        self._verdicts.move_to_end(digest)
        while len(self._verdicts) > self._capacity:
            self._verdicts.popitem(last=False)

    async def close(self) -> None:
        """Let go of the keys' connections."""
        await self._validator.keys.close()


def bearer_authenticator(
    settings: ServiceSettings,
    keys: KeySource | None = None,
    issued_since: Callable[[], Awaitable[float]] | None = None,
) -> BearerAuthenticator:
    """The authenticator that ``settings`` describe: HS256 with JWT_SECRET, else the JWKS.

    ``keys``: a source to use instead (the auth service knows its own).
    """
    if keys is None:
        secret = settings.jwt_secret
        keys = (
            RemoteKeys(settings.jwks_url)
            if secret is None
            else SecretKey(secret.get_secret_value())
        )
    validator = AccessTokenValidator(
        settings.issuer, settings.jwt_audience, keys, leeway=SERVICE_LEEWAY_SECONDS
    )
    return BearerAuthenticator(validator, issued_since=issued_since)
