"""Settings: read once, frozen, unknown keys refused, passed down.

A service subclasses ``ServiceSettings`` and calls ``load_settings`` in its ``__main__``. Values
come from the environment and from the service's own env file (``<package>/.env`` under the working
directory); a key in that file which the service does not know is refused by name.
"""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.database_url import read_database_url
from shared.errors import ConfigurationError
from shared.exposure import GUESSABLE, plain_http, weak_key

SECRET_BYTES = 32
PLACEHOLDERS = ("change", "placeholder", "example", "your-", "your_")
WEAK_WORDS = ("secret", "password", "test")  # tolerated in dev, where people type them on purpose


class Environment(StrEnum):
    """Where the process runs. Only ``dev`` forgives."""

    DEV = "dev"
    STAGING = "staging"
    PROD = "prod"


class SubgraphAccess(StrEnum):
    """Who may call a subgraph: holders of its gateway key, or anyone (``dev`` only)."""

    KEY = "key"
    OPEN = "open"


class LogFormat(StrEnum):
    """One JSON object per line, or coloured text for people."""

    JSON = "json"
    CONSOLE = "console"


class JwtAlgorithm(StrEnum):
    """HS256 with ``JWT_SECRET``; ES256 with a key pair published as a JWKS."""

    HS256 = "HS256"
    ES256 = "ES256"


class ServiceSettings(BaseSettings):
    """What every service reads. Field names are the environment's names in lower case."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_ignore_empty=True, hide_input_in_errors=True
    )

    env: Environment = Environment.DEV
    debug: bool = Field(False, description="INTERNAL errors carry their cause; dev only.")

    database_url: SecretStr = Field(description="postgresql://user:password@host:port/database")
    database_pool_size: int = Field(10, ge=1, le=200)
    database_timeout_seconds: float = Field(5.0, gt=0, le=60, description="Connect, wait, run.")

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    drain_seconds: float = Field(0.5, ge=0, description="Not ready for so long before closing.")
    shutdown_seconds: int = Field(20, ge=1, description="How long requests in flight may take.")
    max_body_bytes: int = Field(4_000_000, ge=1_000, description="Above the gateway's own.")

    max_requests: int = Field(500, ge=1, description="At work or waiting at once; past it 503.")
    max_queries: int = Field(
        20, ge=1, description="At work at once, fewer while the loop is late; others wait."
    )
    max_wait_seconds: float = Field(0.5, gt=0, description="For a turn; past it 503.")

    subgraph_access: SubgraphAccess = SubgraphAccess.KEY
    gateway_key: SecretStr | None = Field(None, description="Callers send it as X-Gateway-Key.")
    gateway_key_previous: SecretStr | None = Field(None, description="Accepted during rotation.")

    jwt_secret: SecretStr | None = Field(None, description="Present: HS256 with this secret.")
    jwt_algorithm: JwtAlgorithm | None = Field(None, description="Must agree with JWT_SECRET.")
    jwt_issuer: str | None = Field(None, description="Default: AUTH_SERVICE_URL.")
    jwt_audience: str = "est-api"
    auth_service_url: str = "http://127.0.0.1:8001"
    catalog_service_url: str = "http://127.0.0.1:8000"

    gateway_timeout_seconds: float = Field(
        10.0, gt=0, description="The gateway's TIMEOUT_SECONDS for this service; for a warning."
    )

    limits_url: str = Field("memory://", description="memory:// or redis://host:port/0")

    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    log_format: LogFormat = LogFormat.JSON

    service_name: ClassVar[str] = "service"

    @property
    def issuer(self) -> str:
        """The ``iss`` of tokens, and the audience of refresh tokens."""
        return self.jwt_issuer or self.auth_service_url.rstrip("/")

    @property
    def jwks_url(self) -> str:
        """Where the auth service publishes its keys."""
        return f"{self.auth_service_url.rstrip('/')}/.well-known/jwks.json"

    @property
    def algorithm(self) -> JwtAlgorithm:
        """The algorithm in force: ``JWT_SECRET`` alone means HS256, else ES256."""
        return JwtAlgorithm.ES256 if self.jwt_secret is None else JwtAlgorithm.HS256

    @property
    def gateway_keys(self) -> tuple[bytes, ...]:
        """The accepted gateway keys, the current one first."""
        keys = (self.gateway_key, self.gateway_key_previous)
        return tuple(key.get_secret_value().encode() for key in keys if key is not None)

    @property
    def is_dev(self) -> bool:
        """Whether ENV is dev."""
        return self.env is Environment.DEV

    @model_validator(mode="after")
    def _refuse_what_is_unsafe(self) -> Self:
        faults = list(self.faults())
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def faults(self) -> list[str]:
        """Every reason not to start, each naming its setting. Subclasses add their own."""
        return [
            *secret_faults("JWT_SECRET", self.jwt_secret, self.env),
            *_algorithm_faults(self.jwt_algorithm, self.algorithm),
            *_access_faults(self),
            *_url_faults("AUTH_SERVICE_URL", self.auth_service_url),
            *_url_faults("CATALOG_SERVICE_URL", self.catalog_service_url),
            *(["DEBUG: must be off unless ENV=dev"] if self.debug and not self.is_dev else []),
            *_address_faults(self.database_url.get_secret_value()),
            *([] if self.is_dev else self.exposures()),
        ]

    def exposures(self) -> list[str]:
        """What is tolerated in development only: secrets in the clear, or as examples have them."""
        url = self.database_url.get_secret_value()
        return [
            *weak_key("GATEWAY_KEY", _value(self.gateway_key)),
            *weak_key("GATEWAY_KEY_PREVIOUS", _value(self.gateway_key_previous)),
            *plain_http("AUTH_SERVICE_URL", self.auth_service_url),
            *plain_http("CATALOG_SERVICE_URL", self.catalog_service_url),
            *plain_http("LIMITS_URL", self.limits_url),
            *_guessable_password(url),
        ]

    def unwise(self) -> list[str]:
        """What works but is hardly meant: a warning each at start, naming the settings."""
        longest = self.database_timeout_seconds + self.max_wait_seconds
        found = []
        if longest > self.gateway_timeout_seconds:
            found.append(
                f"DATABASE_TIMEOUT_SECONDS ({self.database_timeout_seconds:g} s) and"
                f" MAX_WAIT_SECONDS ({self.max_wait_seconds:g} s) are together longer than"
                f" GATEWAY_TIMEOUT_SECONDS ({self.gateway_timeout_seconds:g} s): the gateway gives"
                " up before a slow statement does, and its clients are told nothing of why"
            )
        if self.is_dev:
            return found
        if self.limits_url.startswith("memory:"):
            found.append("LIMITS_URL: each process counts attempts on its own without a Redis")
        if self.log_level == "DEBUG":
            found.append("LOG_LEVEL: DEBUG tells much and costs more; INFO is meant for service")
        return found


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


def _algorithm_faults(given: JwtAlgorithm | None, actual: JwtAlgorithm) -> list[str]:
    if given is None or given is actual:
        return []
    if given is JwtAlgorithm.HS256:
        return ["JWT_ALGORITHM: HS256 needs JWT_SECRET"]
    return ["JWT_ALGORITHM: ES256 uses a key pair; remove JWT_SECRET"]


def _access_faults(settings: ServiceSettings) -> list[str]:
    if settings.subgraph_access is SubgraphAccess.OPEN:
        allowed = settings.is_dev
        return [] if allowed else ["SUBGRAPH_ACCESS: open is refused unless ENV=dev"]
    if settings.gateway_key is None:
        return ["GATEWAY_KEY: is required (or SUBGRAPH_ACCESS=open with ENV=dev)"]
    return []


def _value(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _address_faults(url: str) -> list[str]:
    try:
        read_database_url(url)
    except ConfigurationError as fault:
        return [str(fault)]
    return []


def _guessable_password(url: str) -> Iterator[str]:
    """A password that everybody tries first; none at all is another way to sign in."""
    try:
        password = read_database_url(url).url.password
    except ConfigurationError:
        return  # told already
    if password is not None and password.lower() in GUESSABLE:
        yield "DATABASE_URL: has a password that everybody tries first"


def _url_faults(name: str, value: str) -> list[str]:
    parts = urlsplit(value)
    if parts.scheme in {"http", "https"} and parts.hostname:
        return []
    return [f"{name}: must be an http:// or https:// URL"]


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


SettingsT = TypeVar("SettingsT", bound=BaseSettings)


def load_settings(cls: type[SettingsT], env_file: Path | None = None, **given: Any) -> SettingsT:
    """Read ``cls`` from the environment and ``env_file``; ``given`` values come before both.

    Raises ``ConfigurationError`` with one line per fault, each beginning with a setting's name.
    """
    try:
        return cls(_env_file=env_file, **given)
    except ValidationError as error:
        lines = _explain(error).splitlines()
        lines += [line for line in _more_faults(cls, error, env_file, given) if line not in lines]
        raise ConfigurationError("\n".join(lines)) from None


def _more_faults(
    cls: type[BaseSettings], error: ValidationError, env_file: Path | None, given: dict[str, Any]
) -> list[str]:
    """What ``faults`` would have told, had the values been readable: all is told at once.

    Each value that could not be read is left at its default for that.
    """
    unreadable = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]}
    if not unreadable:
        return []

    class Lenient(cls):  # type: ignore[misc,valid-type]  # a class chosen at run time
        model_config = SettingsConfigDict(extra="ignore")

    fields = cls.model_fields
    instead = {
        name: _PLAUSIBLE.get(name, fields[name].get_default(call_default_factory=True))
        for name in unreadable & fields.keys()
    }
    try:
        Lenient(_env_file=env_file, **{**given, **instead})
    except ValidationError as more:
        return _explain(more).splitlines()
    return []


_PLAUSIBLE = {"database_url": "postgresql://localhost/database"}  # has no default


def _explain(error: ValidationError) -> str:
    lines: list[str] = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        message = fault["msg"].removeprefix("Value error, ")
        name = ".".join(str(part) for part in fault["loc"]).upper()
        if fault["type"] == "missing":
            lines.append(f"{name}: is required")
        elif fault["type"] == "extra_forbidden":
            lines.append(f"{name}: is not a setting of this service")
        else:
            lines.extend([f"{name}: {message}"] if name else message.splitlines())
    return "\n".join(lines)
