"""Why a value must not start a process: each fault begins with its setting's name."""

from urllib.parse import urlsplit

from pydantic import SecretStr

from shared.settings.choices import Environment
from shared.settings.exposure import weak_key

SECRET_BYTES = 32
PLACEHOLDERS = ("change", "placeholder", "example", "your-", "your_")
WEAK_WORDS = ("secret", "password", "test")  # tolerated in dev, where people type them on purpose


def secret_faults(name: str, secret: SecretStr | None, env: Environment) -> list[str]:
    """Why this secret must not sign tokens: short, not random, or a word that people type."""
    if secret is None:
        return []
    value = secret.get_secret_value()
    if len(value.encode()) < SECRET_BYTES:
        return [f"{name}: must have at least {SECRET_BYTES} bytes"]
    if len(set(value)) < 8:  # noqa: PLR2004  fewer distinct characters cannot be random
        return [f"{name}: is not random (make one with: openssl rand -base64 48)"]
    words = PLACEHOLDERS if env is Environment.DEV else PLACEHOLDERS + WEAK_WORDS
    if any(word in value.lower() for word in words):
        return [f"{name}: looks like a placeholder (make one with: openssl rand -base64 48)"]
    return []


def other_key_faults(name: str, other: SecretStr, own: SecretStr | None) -> list[str]:
    """Why another service's key must not be this: weak, or the same as one's own.

    One secret for both would let whoever calls one service call the other.
    """
    faults = list(weak_key(name, other.get_secret_value()))
    if own is not None and own.get_secret_value() == other.get_secret_value():
        faults.append(f"{name}: must not be the same as GATEWAY_KEY")
    return faults


def cors_faults(origins: list[str], *, credentials: bool, env: Environment) -> list[str]:
    """Why this CORS grant must not start: any origin together with credentials, outside dev."""
    if "*" not in origins:
        return []
    if credentials:
        return ["CORS__ORIGINS: * cannot be combined with credentials"]
    return [] if env is Environment.DEV else ["CORS__ORIGINS: * is refused unless ENV=dev"]


def http_url_faults(name: str, value: str) -> list[str]:
    """Why this is not an address that speaks HTTP."""
    parts = urlsplit(value)
    if parts.scheme in {"http", "https"} and parts.hostname:
        return []
    return [f"{name}: must be an http:// or https:// URL"]
