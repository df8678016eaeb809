"""Access tokens for tests, signed with a shared secret."""

from __future__ import annotations

import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

SECRET = "q8Wb2XbQmYpVtHs6Kd3nJr5uFz7aLc9eRt4y"
ISSUER = "https://issuer.test"
SETTINGS = {"jwt_secret": SECRET, "jwt_issuer": ISSUER}


def bearer(secret: str = SECRET, **claims: Any) -> dict[str, str]:
    """Return the header with a token; ``claims`` come on top of valid ones."""
    now = int(time.time())
    payload = {
        "iss": ISSUER,
        "aud": "est-api",
        "sub": "5f0f1a3e-2a6e-4a3e-9a43-1d2b3c4d5e6f",
        "client_id": "test",
        "iat": now,
        "exp": now + 86_400,  # made as tests are collected, which may take hours to run
        "jti": "1",
        **claims,
    }
    header = {"alg": "HS256", "typ": "at+jwt"}
    return {"authorization": "Bearer " + jwt.encode(header, payload, OctKey.import_key(secret))}
