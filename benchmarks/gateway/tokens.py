"""Access tokens of the benchmark, valid for this gateway."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from joserfc import jwt
from joserfc.jwk import OctKey

ISSUER = "https://benchmark.example"
_AUDIENCE = "est-api"
_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with a secret made for one run."""

    secret: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def token(self) -> str:
        """Return an access token (RFC 9068), good for a day."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": "00000000-0000-4000-8000-000000000001",
            "aud": _AUDIENCE,
            "client_id": "benchmark",
            "iat": now,
            "exp": now + _SECONDS,
            "jti": secrets.token_urlsafe(16),
            "roles": ["customer"],
        }
        header = {"alg": "HS256", "typ": "at+jwt"}
        return jwt.encode(header, claims, OctKey.import_key(self.secret))
