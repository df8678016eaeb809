"""Verification keys, each bound to the algorithms it may verify.

The algorithm belongs to the key, never to the token's header: a public key's text used as an HMAC
secret verifies nothing: no symmetric key is ever read from a key set (RFC 8725 section 3.1).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey, thumbprint

log = structlog.get_logger(__name__)

CURVES = {"P-256": ("ES256",), "P-384": ("ES384",), "P-521": ("ES512",)}
RSA_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
ASYMMETRIC: dict[str, type[ECKey | RSAKey | OKPKey]] = {
    "EC": ECKey,
    "RSA": RSAKey,
    "OKP": OKPKey,
}


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key or secret with its ``kid`` and the algorithms bound to it."""

    key: Key
    kid: str | None
    algorithms: tuple[str, ...]


class KeySource(Protocol):
    """Where verification keys come from."""

    generation: int
    """Grows when the keys change; whoever caches verdicts drops them then."""

    async def key(self, kid: str | None, algorithm: str) -> VerificationKey | None:
        """The key for a token's header; None: there is none. Raises ``TokenNotJudged``."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def choose_key(
    keys: Iterable[VerificationKey], kid: str | None, algorithm: str
) -> VerificationKey | None:
    """The one key that may verify such a token: by ``kid``, or the only one for the algorithm."""
    fitting = [key for key in keys if algorithm in key.algorithms]
    if kid is not None:
        return next((key for key in fitting if key.kid == kid), None)
    return fitting[0] if len(fitting) == 1 else None


class StaticKeys:
    """Keys known at start, e.g. the auth service's own public keys."""

    def __init__(self, keys: Iterable[VerificationKey]) -> None:
        self._keys = tuple(keys)
        self.generation = 0

    async def key(self, kid: str | None, algorithm: str) -> VerificationKey | None:
        """See ``KeySource``."""
        return choose_key(self._keys, kid, algorithm)

    async def close(self) -> None:
        """Nothing to let go of."""


class SecretKey:
    """One shared HS256 secret. A ``kid`` means nothing to it."""

    def __init__(self, secret: str) -> None:
        self._key = VerificationKey(OctKey.import_key(secret), None, ("HS256",))
        self.generation = 0

    async def key(self, kid: str | None, algorithm: str) -> VerificationKey | None:  # noqa: ARG002
        """See ``KeySource``."""
        return self._key if algorithm == "HS256" else None

    async def close(self) -> None:
        """Nothing to let go of."""


def read_jwks(document: object) -> tuple[VerificationKey, ...]:
    """The usable signature keys of a JWKS (RFC 7517 section 5); others are skipped and logged.

    Raises ``ValueError`` when it is no key set at all.
    """
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ValueError("a JWKS must be an object with a list `keys`")  # noqa: TRY004
    found = [key for entry in entries if (key := _read_key(entry)) is not None]
    return tuple(found)


def _read_key(entry: object) -> VerificationKey | None:
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
        return None
    kind = ASYMMETRIC.get(str(entry.get("kty")))
    algorithms = _bound_algorithms(entry)
    if kind is None or not algorithms:
        log.warning("key of a JWKS skipped", kty=str(entry.get("kty"))[:20])
        return None
    try:
        key = kind.import_key(entry)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        log.warning("key of a JWKS cannot be read", error=type(error).__name__)
        return None
    kid = entry.get("kid")
    return VerificationKey(key, kid if isinstance(kid, str) else thumbprint(entry), algorithms)


def _bound_algorithms(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """What the key may verify: its own ``alg`` if it fits its type, else the type's default."""
    kind, curve, named = (str(entry.get(name)) for name in ("kty", "crv", "alg"))
    if kind == "EC":
        possible: tuple[str, ...] = CURVES.get(curve, ())
        default = possible
    elif kind == "OKP" and curve == "Ed25519":
        possible = default = ("EdDSA", "Ed25519")
    elif kind == "RSA":
        possible, default = RSA_ALGORITHMS, ("RS256",)
    else:
        return ()
    if entry.get("alg") is None:
        return default
    return (named,) if named in possible else ()
