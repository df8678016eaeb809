"""Access tokens for tests: good ones, and every kind of forged one, made by hand where libraries
would refuse to."""

import hashlib
import hmac
import json
import uuid
from base64 import urlsafe_b64encode
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

ISSUER = "http://auth.test"
AUDIENCE = "est-api"
NOW = 1_800_000_000
SECRET = "q3Vg7Yt0Zr8Lx2Nc5Mb9Kd4Jf6Hs1Pw+Ua="
SUBJECT = uuid.UUID("0b5f1c1e-4c1d-4a6e-9f0a-2f4f8f6f2a11")


def good_claims(**changes: Any) -> dict[str, Any]:
    """Claims of a valid token; a change to None leaves the claim out."""
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(SUBJECT),
        "client_id": "est",
        "iat": NOW,
        "nbf": NOW,
        "exp": NOW + 900,
        "jti": "x",
        "roles": ["user"],
        "email_verified": True,
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


def signed(
    key: ECKey, claims: dict[str, Any] | None = None, header: dict[str, Any] | None = None
) -> str:
    """A token signed with ES256 by ``key``."""
    full = {"alg": "ES256", "typ": "at+jwt", "kid": key.thumbprint(), **(header or {})}
    return jwt.encode(
        {name: value for name, value in full.items() if value is not None},
        claims or good_claims(),
        key,
        default_type=None,
    )


def part(value: object) -> str:
    """One base64url part of a token."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(text).decode().rstrip("=")


def by_hand(
    header: dict[str, Any], claims: dict[str, Any] | None = None, secret: bytes | None = None
) -> str:
    """A token with any header; signed with HMAC-SHA256 if ``secret`` is given, else not at all."""
    body = f"{part(header)}.{part(claims or good_claims())}"
    if secret is None:
        return f"{body}."
    return f"{body}.{part(hmac.new(secret, body.encode(), hashlib.sha256).digest())}"
