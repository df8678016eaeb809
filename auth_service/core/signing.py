"""The keys that sign tokens, and their public halves.

``JWT_SECRET`` alone: HS256. Otherwise ES256: the current key signs; the next and the previous one
are published beside it, so that rotation never invalidates a token. In dev the key is made on first
start and kept.
"""

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OctKey

from auth_service.core.settings import AuthSettings
from shared.errors import ConfigurationError
from shared.tokens import KeySource, SecretKey, StaticKeys, VerificationKey

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What signs: the key, its algorithm, its ``kid`` (none for a shared secret)."""

    key: Key
    algorithm: str
    kid: str | None


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """``current`` signs, ``source`` verifies, ``jwks`` is what the world may see."""

    current: SigningKey
    source: KeySource
    jwks: dict[str, Any]


def load_signing_keys(settings: AuthSettings) -> SigningKeys:
    """The keys that ``settings`` name. Raises ``ConfigurationError`` naming the setting."""
    if settings.jwt_secret is not None:
        secret = settings.jwt_secret.get_secret_value()
        current = SigningKey(OctKey.import_key(secret), "HS256", None)
        return SigningKeys(current, SecretKey(secret), {"keys": []})
    key = _current_key(settings)
    others = [
        _read_key(path, name)
        for name, path in (
            ("JWT_NEXT_KEY_FILE", settings.jwt_next_key_file),
            ("JWT_PREVIOUS_KEY_FILE", settings.jwt_previous_key_file),
        )
        if path is not None
    ]
    published = [key, *others]
    source = StaticKeys(VerificationKey(each, each.thumbprint(), ("ES256",)) for each in published)
    return SigningKeys(SigningKey(key, "ES256", key.thumbprint()), source, _jwks(published))


def _jwks(keys: Iterable[ECKey]) -> dict[str, Any]:
    """A JWKS of public keys; ``kid`` is the thumbprint of RFC 7638."""
    return {
        "keys": [
            {**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig", "alg": "ES256"}
            for key in keys
        ]
    }


def _current_key(settings: AuthSettings) -> ECKey:
    if settings.jwt_private_key_file is not None:
        return _read_key(settings.jwt_private_key_file, "JWT_PRIVATE_KEY_FILE")
    path = settings.development_key_file
    if not path.exists():
        _make_key(path)
    return _read_key(path, "EST_HOME")


def _read_key(path: Path, setting: str) -> ECKey:
    try:
        key = ECKey.import_key(path.read_text())
    except (OSError, JoseError, ValueError, TypeError) as error:
        raise ConfigurationError(
            f"{setting}: cannot read a private key from {path}: {type(error).__name__}"
        ) from None
    if not key.is_private or key.curve_name != "P-256":
        raise ConfigurationError(f"{setting}: {path} must hold a private key on the curve P-256")
    if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        log.warning("private key is readable by others", setting=setting, path=str(path))
    return key


def _make_key(path: Path) -> None:
    """Write a new key; of several processes that start at once, one wins and all read its key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = ECKey.generate_key("P-256").as_pem(private=True)
    draft = path.with_suffix(f".{os.getpid()}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
    try:
        os.link(draft, path)  # fails if another process was first, and never shows half a file
        log.info("made a signing key for development", path=str(path))
    except FileExistsError:
        pass
    finally:
        draft.unlink()
