"""The gateway's settings: plain data, whoever makes it.

``loading.read_settings`` makes it of a file, the environment and flags; a Python program may make
its own. ``safety.check_safe`` says whether a gateway may start with it.

Names of subgraphs are compared without regard to case, and "-" counts as "_".
"""

from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from shared.settings import Environment, LogFormat


class Explorer(StrEnum):
    """Who may explore: see the schema by introspection and run documents of their own."""

    OFF = "off"
    PARTNERS = "partners"
    PUBLIC = "public"


class AccessLog(StrEnum):
    """Which requests get a log line: all, those with errors or slow ones, none."""

    ALL = "all"
    ERRORS = "errors"
    OFF = "off"


class DemandMode(StrEnum):
    """What happens to operations by what they demand: refused past ``max``, told, or nothing."""

    OFF = "off"
    MEASURE = "measure"
    ENFORCE = "enforce"


class Section(BaseModel):
    """A part of the settings: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class HeaderSettings(Section):
    """What travels to a subgraph. Applied in this order; hop-by-hop headers never travel."""

    forward: list[str] = Field(
        default=["authorization", "accept-language", "traceparent", "tracestate", "baggage"],
        description="Headers of the client that are passed on (lower case).",
    )
    rename: dict[str, str] = Field(default={}, description="Client's name to subgraph's name.")
    insert: dict[str, SecretStr] = Field(default={}, description="Fixed headers.")
    remove: list[str] = Field(default=[], description="Names that never travel.")


class TlsSettings(Section):
    """Certificates for a subgraph's connection."""

    ca_file: Path | None = Field(None, description="PEM bundle to trust beside the built-in roots.")
    client_certificate: Path | None = Field(None, description="PEM with certificate and key.")
    verify: bool = Field(True, description="False only with ENV=dev.")


class SubgraphSettings(Section):
    """One subgraph; an absent value comes from ``all_subgraphs``."""

    url: str | None = Field(None, description="Instead of the supergraph's.")
    key: SecretStr | None = Field(None, description="The gateway key, sent in ``key_header``.")
    key_header: str | None = Field(None, description="Default X-Gateway-Key.")
    timeout_seconds: float | None = Field(None, gt=0, le=300)
    concurrency: int | None = Field(None, ge=1, le=10_000, description="Requests at once.")
    retries: int | None = Field(None, ge=0, le=5, description="Of queries; mutations never.")
    max_reply_bytes: int | None = Field(None, ge=1_000)
    passthrough: bool | None = Field(None, description="False: check what could pass unparsed.")
    tls: TlsSettings | None = None
    headers: HeaderSettings | None = None


class LimitSettings(Section):
    """What one HTTP request may ask for. Counted with fragments expanded; summed over a batch."""

    tokens: int = Field(5_000, ge=10, description="Lexical tokens of a document.")
    depth: int = Field(30, ge=1, description="Levels of nested fields.")
    aliases: int = Field(300, ge=0)
    root_fields: int = Field(100, ge=1)
    fields: int = Field(2_000, ge=1, description="All fields.")
    cost: int = Field(1_000_000, ge=1, description="Fields times the sizes of the lists around.")
    slice: int = Field(1_000, ge=1, description="A slicing argument counts as at most this.")
    list_size: int = Field(10, ge=1, description="Assumed where no argument tells.")
    slicing_arguments: list[str] = Field(default=["first", "last", "limit"])
    values: int = Field(20_000, ge=1, description="In lists and objects of variables, each counts.")
    batch: int = Field(10, ge=1, description="Operations in one array.")
    body_bytes: int = Field(1_000_000, ge=1_000, description="After decompression.")


class DemandSettings(Section):
    """What the schema's ``@cost`` and ``@listSize`` say an operation demands of the services.

    Counted as Apollo Router does; summed over a batch.
    """

    mode: DemandMode = Field(DemandMode.MEASURE, description="Refuse, only tell, or neither.")
    max: int = Field(10_000, ge=1, description="More is refused, with mode enforce.")
    list_size: int = Field(10, ge=0, description="Assumed where no @listSize tells.")


class RateSettings(Section):
    """How many operations in ``seconds``, a batch counting each of its. Not limited unless set."""

    per_client: int | None = Field(None, ge=1, description="Of one address (IPv6: of its /64).")
    per_user: int | None = Field(None, ge=1, description="Of one account, wherever it asks from.")
    seconds: int = Field(60, ge=1, description="The window that both are counted in.")


class CacheSettings(Section):
    """How much is kept of what depends only on documents."""

    operations: int = Field(1_000, ge=1)
    operation_bytes: int = Field(5_000_000, ge=1_000, description="Sum of the documents' text.")
    rejected: int = Field(500, ge=1)
    variants: int = Field(16, ge=1, description="Plans of one operation.")


class PersistedSettings(Section):
    """Documents that clients send by name."""

    automatic: bool = Field(True, description="Keep what clients register (Apollo's APQ).")
    redis_url: SecretStr | None = Field(
        None, description="Shared by several gateways. Default: in memory."
    )
    entries: int = Field(10_000, ge=1, description="Registered documents in memory.")
    bytes: int = Field(20_000_000, ge=1_000, description="Sum of their text in memory.")
    seconds: int = Field(604_800, ge=1, description="Kept in Redis since last registered.")
    trusted: Path | None = Field(
        None, description="JSON of relay-compiler, GraphQL Code Generator or Apollo."
    )
    poll_seconds: float = Field(
        10.0, ge=0, description="How often that file is looked at. 0: read once."
    )
    only_trusted: bool = Field(
        False, description="Answer nothing else, but to whoever may explore."
    )


class TimeSettings(Section):
    """Deadlines, in seconds."""

    request: float = Field(30.0, gt=0, description="For one HTTP request as a whole.")
    body: float = Field(10.0, gt=0, description="For a client to send its body.")
    lag: float = Field(0.5, gt=0, description="A loop that comes later than this is overloaded.")
    headers: float = Field(15.0, gt=0, description="For a client to send a request's headers.")
    drain: float = Field(0.0, ge=0, description="Not ready for so long before closing.")
    shutdown: int = Field(30, ge=1, description="For requests in flight to end.")


class CorsSettings(Section):
    """Which pages may call from a browser. None by default."""

    origins: list[str] = Field(default=[])
    credentials: bool = False
    max_age: int = Field(600, ge=0)


class GatewaySettings(Section):
    """All settings of the gateway. Field names are the environment's names in lower case."""

    env: Environment = Environment.DEV
    host: str = "127.0.0.1"
    port: int = Field(4000, ge=0, le=65535)
    graphql_path: str = Field("/graphql", pattern="^/")
    workers: int = Field(1, ge=1, le=256, description="Processes that share the port.")
    prepare_apart: bool = Field(
        True, description="Parse, validate and plan new documents in a process of their own."
    )
    reuse_port: bool = Field(False, description="Listen beside other processes (SO_REUSEPORT).")

    supergraph: str | None = Field(None, description="A file or an http(s) URL.")
    supergraph_poll_seconds: float = Field(10.0, ge=0, description="0: read once.")
    supergraph_header: dict[str, SecretStr] = Field(default={}, description="Sent with its URL.")
    supergraph_last_good: Path | None = Field(None, description="Keeps the last copy that worked.")

    all_subgraphs: SubgraphSettings = SubgraphSettings()
    subgraphs: dict[str, SubgraphSettings] = Field(default={})
    subgraph_client: Literal["auto", "http1", "pyreqwest", "httpx2"] = Field(
        "auto", description="http1 (auto) is our own for HTTP/1.1; pyreqwest speaks HTTP/2 too."
    )
    deduplicate: bool = Field(
        False, description="Send equal queries that are in flight at once only once."
    )
    override_labels: list[str] = Field(
        default=[], description="Progressive @override labels that are active for everyone."
    )
    error_codes: list[str] = Field(
        default=[], description="Codes of subgraphs' errors that pass, beside the common ones."
    )
    response_headers: list[str] = Field(default=["cache-control"], description="Passed to clients.")

    jwks_url: str | None = Field(None, description="Where the token issuer publishes its keys.")
    jwt_secret: SecretStr | None = Field(None, description="Present: HS256 with this secret.")
    jwt_issuer: str | None = Field(None, description="Default: AUTH_SERVICE_URL.")
    jwt_audience: str = "est-api"
    auth_service_url: str | None = Field(None, description="Base for JWKS_URL and JWT_ISSUER.")
    policies_claim: str | None = Field(None, description="Claim that lists granted policies.")
    roles_claim: str = Field("roles", description="Claim compared with EXPLORER_ROLES.")

    explorer: Explorer | None = Field(None, description="Default: public in dev, else partners.")
    explorer_roles: list[str] = Field(default=[], description="May explore under ``partners``.")
    explorer_config: Path | None = Field(None, description="Folder: tabs and sign-in panel.")

    limits: LimitSettings = LimitSettings()
    demand_control: DemandSettings = DemandSettings()
    rate: RateSettings = RateSettings()
    limits_url: SecretStr = Field(
        SecretStr("memory://"), description="Counts RATE: memory:// or redis://host:port/0"
    )
    cache: CacheSettings = CacheSettings()
    persisted: PersistedSettings = PersistedSettings()
    times: TimeSettings = TimeSettings()
    cors: CorsSettings = CorsSettings()
    csrf_headers: list[str] = Field(
        default=["x-requested-with", "apollo-require-preflight", "x-apollo-operation-name"],
        description="One of these lets a GET through that a simple form could send.",
    )
    max_requests: int = Field(4_000, ge=1, description="At once; more are answered 503.")
    trusted_proxies: list[str] = Field(default=[], description="Networks.")
    compress_bytes: int = Field(4_096, ge=0, description="Smaller answers go uncompressed.")
    plan_header: bool | None = Field(None, description="X-Query-Plan. Default: outside prod.")

    known_clients: dict[str, list[str]] = Field(
        default={}, description="Told apart in metrics, each with these of its versions."
    )
    access_log: AccessLog = AccessLog.ERRORS
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    log_format: LogFormat = LogFormat.JSON
    otel_endpoint: str | None = Field(None, description="OTLP over HTTP; needs the otel extra.")

    @property
    def is_prod(self) -> bool:
        """Whether ENV is prod: no suggestions, no plans, no service names in answers."""
        return self.env is Environment.PROD

    @property
    def explorer_mode(self) -> Explorer:
        """EXPLORER, or its default."""
        if self.explorer is not None:
            return self.explorer
        return Explorer.PUBLIC if self.env is Environment.DEV else Explorer.PARTNERS

    @property
    def token_issuer(self) -> str | None:
        """The ``iss`` demanded of tokens."""
        return self.jwt_issuer or (self.auth_service_url or "").rstrip("/") or None

    @property
    def keys_url(self) -> str | None:
        """The JWKS URL, None without one."""
        if self.jwks_url or not self.auth_service_url:
            return self.jwks_url
        return f"{self.auth_service_url.rstrip('/')}/.well-known/jwks.json"

    @property
    def shows_plans(self) -> bool:
        """Whether X-Query-Plan is answered."""
        return not self.is_prod if self.plan_header is None else self.plan_header

    def subgraph(self, name: str) -> SubgraphSettings:
        """The settings of one subgraph on top of those for all."""
        for key, own in self.subgraphs.items():
            if folded(key) == folded(name):
                given = {field: getattr(own, field) for field in own.model_fields_set}
                return self.all_subgraphs.model_copy(update=given)
        return self.all_subgraphs


def folded(name: str) -> str:
    """Return a subgraph's name as names are compared."""
    return name.lower().replace("-", "_")
