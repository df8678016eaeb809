"""What every service reads, and when it must not start with it."""

from typing import ClassVar, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.settings.choices import Environment, JwtAlgorithm, LogFormat, SubgraphAccess
from shared.settings.database import database_url_faults, guessable_password, plain_database
from shared.settings.exposure import plain_http, weak_key
from shared.settings.faults import http_url_faults, secret_faults
from shared.settings.redis import redis_url_faults, unverified_redis


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

    limits_url: SecretStr = Field(
        SecretStr("memory://"), description="memory:// or redis://host:port/0"
    )

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
            *http_url_faults("AUTH_SERVICE_URL", self.auth_service_url),
            *http_url_faults("CATALOG_SERVICE_URL", self.catalog_service_url),
            *(["DEBUG: must be off unless ENV=dev"] if self.debug and not self.is_dev else []),
            *database_url_faults(self.database_url.get_secret_value()),
            *redis_url_faults("LIMITS_URL", self.limits_url.get_secret_value()),
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
            *plain_http("LIMITS_URL", self.limits_url.get_secret_value()),
            *unverified_redis("LIMITS_URL", self.limits_url.get_secret_value()),
            *guessable_password("DATABASE_URL", url),
            *plain_database("DATABASE_URL", url),
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
        if self.limits_url.get_secret_value().startswith("memory:"):
            found.append("LIMITS_URL: each process counts attempts on its own without a Redis")
        if self.log_level == "DEBUG":
            found.append("LOG_LEVEL: DEBUG tells much and costs more; INFO is meant for service")
        return found


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
