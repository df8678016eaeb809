"""Judging an access token: the JWT profile of RFC 9068, section 4.

Authlib's validator supplies the profile's claims; this subclass closes its gaps: ``typ`` is
required, the algorithm is bound to the key, clocks may differ by a leeway, ``jku``, ``x5u`` and
``jwk`` are never read, an unknown ``crit`` refuses the token, and a verdict says why.
"""

import binascii
import json
from base64 import urlsafe_b64decode
from typing import Any

import structlog
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator  # type: ignore[import-untyped]
from authlib.oauth2.rfc9068.claims import (  # type: ignore[import-untyped]
    JWTAccessTokenClaims,
)
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ExpiredTokenError,
    InvalidClaimError,
    JoseError,
    MissingClaimError,
)
from joserfc.jws import JWSRegistry

from shared.clock import Clock, system_clock
from shared.tokens.caller import Caller, caller_from_claims
from shared.tokens.errors import Reason, TokenRejected
from shared.tokens.keys import KeySource, VerificationKey

log = structlog.get_logger(__name__)

LEEWAY_SECONDS = 30
SERVICE_LEEWAY_SECONDS = 60
"""Of a service behind a gateway: a token that ends while its request runs is good to the end."""
MAX_TOKEN_CHARACTERS = 8_192
ACCESS_TOKEN_TYPES = ("at+jwt", "application/at+jwt")
CLAIM_REASONS: dict[str, Reason] = {
    "iss": "issuer",
    "aud": "audience",
    "nbf": "not_yet_valid",
    "iat": "not_yet_valid",
    "typ": "type",
}


class AccessTokenValidator(JWTBearerTokenValidator):  # type: ignore[misc]  # Authlib is untyped
    """Judges access tokens of one issuer for one audience.

    ``validate`` is what to call; ``essential`` names claims to demand beyond RFC 9068's.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        keys: KeySource,
        *,
        clock: Clock = system_clock,
        leeway: int = LEEWAY_SECONDS,
        essential: tuple[str, ...] = (),
    ) -> None:
        super().__init__(issuer, audience)
        self.keys = keys
        self.clock = clock
        self.leeway = leeway
        self.essential = essential

    async def validate(self, token: str) -> Caller:
        """The caller that ``token`` proves.

        Raises ``TokenRejected`` (with its reason) or ``TokenNotJudged`` (no keys at hand).
        """
        header = read_header(token)
        key = await self.keys.key(header.get("kid"), header["alg"])
        if key is None:
            raise TokenRejected("signature")
        claims = self.authenticate_token(token, key)
        self.validate_token(claims, None, None)
        return caller_from_claims(claims)

    def authenticate_token(self, token_string: str, key: VerificationKey) -> JWTAccessTokenClaims:
        """The claims of a token whose signature ``key`` verifies."""
        registry = JWSRegistry(algorithms=key.algorithms, strict_check_header=False)
        try:
            decoded = jwt.decode(
                token_string, key.key, algorithms=key.algorithms, registry=registry
            )
        except BadSignatureError:
            raise TokenRejected("signature") from None
        except (JoseError, ValueError, TypeError, RecursionError):
            raise TokenRejected("malformed") from None
        return JWTAccessTokenClaims(decoded.claims, decoded.header, self._claims_options())

    def validate_token(
        self,
        token: JWTAccessTokenClaims,
        scopes: Any,  # noqa: ARG002  scopes and roles are judged field by field, not here
        request: Any,  # noqa: ARG002
        **_groups: Any,
    ) -> None:
        """Check the claims: times with leeway, issuer, audience, type, subject.

        ``expired`` is the verdict on a token that has no other fault: callers may let such a one
        through to what needs no token at all.
        """
        now = int(self.clock())
        try:
            self._check_claims(token, now)
        except ExpiredTokenError:
            still_alive = JWTAccessTokenClaims(
                {**token, "exp": now}, token.header, self._claims_options()
            )
            self._check_claims(still_alive, now)
            raise TokenRejected("expired") from None

    def _check_claims(self, token: JWTAccessTokenClaims, now: int) -> None:
        """Raise TokenRejected, or ExpiredTokenError which may hide another fault."""
        try:
            token.validate(now=now, leeway=self.leeway)
        except ExpiredTokenError:
            raise
        except MissingClaimError:
            raise TokenRejected("malformed") from None
        except InvalidClaimError as error:
            reason = _reason(error, token)
            if reason == "not_yet_valid":
                ahead = round(max(token.get("iat", 0), token.get("nbf", 0)) - self.clock())
                log.warning("a token comes from the future: clocks differ", seconds=ahead)
            raise TokenRejected(reason) from None
        except JoseError:
            raise TokenRejected("malformed") from None

    def _claims_options(self) -> dict[str, Any]:
        """New for each token: Authlib takes the ``validate`` entries out of what it is given."""
        options: dict[str, Any] = {
            name: {"essential": True} for name in ("exp", "iat", "sub", "client_id", "jti")
        }
        options |= {name: {"essential": True} for name in self.essential}
        options["iss"] = {"essential": True, "validate": self.validate_iss}
        options["aud"] = {"essential": True, "value": self.resource_server}
        return options


def _reason(error: InvalidClaimError, claims: JWTAccessTokenClaims) -> Reason:
    """Which word describes the fault; a claim of the wrong JSON type is ``malformed``."""
    name = str(getattr(error, "claim", "") or "")
    if name in {"nbf", "iat"} and not isinstance(claims.get(name), int | float):
        return "malformed"
    return CLAIM_REASONS.get(name, "malformed")


def read_header(token: str, types: tuple[str, ...] = ACCESS_TOKEN_TYPES) -> dict[str, Any]:
    """The unverified header, checked for all that must hold before any key is touched."""
    if len(token) > MAX_TOKEN_CHARACTERS or token.count(".") != 2:  # noqa: PLR2004  three parts
        raise TokenRejected("malformed")
    encoded = token.partition(".")[0]
    try:
        header = json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise TokenRejected("malformed") from None
    if not isinstance(header, dict) or not isinstance(header.get("alg"), str):
        raise TokenRejected("malformed")
    if not isinstance(header.get("kid", ""), str) or "crit" in header:
        # RFC 7515 section 4.1.11: we implement no extension, so every `crit` is unknown
        raise TokenRejected("malformed")
    kind = header.get("typ")
    if not isinstance(kind, str) or kind.lower() not in types:
        raise TokenRejected("type")
    return header
