"""Why a gateway must not start with the settings it was given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_network
from urllib.parse import urlsplit

from pydantic import SecretStr

from gateway.config.settings import (
    DemandMode,
    Explorer,
    GatewaySettings,
    HeaderSettings,
    SubgraphSettings,
)
from gateway.subgraphs.config import HOP_BY_HOP, SubgraphConfig
from shared.errors import ConfigurationError
from shared.settings import Environment, cors_faults, secret_faults
from shared.settings.exposure import plain_http, weak_key
from shared.settings.redis import redis_url_faults, unverified_redis

ALL = "ALL_SUBGRAPHS"
_NO_ISSUER = "JWT_ISSUER: is required with JWKS_URL (or give AUTH_SERVICE_URL for both)"
_PATH = re.compile(r"/[A-Za-z0-9._~/-]*")
_OWN_PATHS = ("/health", "/metrics", "/explorer")
# RFC 9110, 5.1 and 5.5
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")


def check_safe(settings: GatewaySettings) -> None:
    """Raise ConfigurationError with all faults at once, one line for each."""
    if faults := list(unsafe_settings(settings)):
        raise ConfigurationError("\n".join(faults))


def unsafe_settings(settings: GatewaySettings) -> Iterator[str]:
    """Yield one line per fault, each beginning with the setting's name."""
    yield from cors_faults(
        settings.cors.origins, credentials=settings.cors.credentials, env=settings.env
    )
    yield from secret_faults("JWT_SECRET", settings.jwt_secret, settings.env)
    if settings.keys_url is not None and settings.token_issuer is None:
        yield _NO_ISSUER
    for name, url in (
        ("JWKS_URL", settings.keys_url),
        ("AUTH_SERVICE_URL", settings.auth_service_url),
    ):
        yield from _not_http(name, url)
    for name, url in _redis_urls(settings):
        yield from _not_redis(name, url)
        yield from redis_url_faults(name, url)
    yield from _not_a_path(settings.graphql_path)
    yield from _subgraphs(settings)
    yield from _networks(settings.trusted_proxies)
    if settings.persisted.only_trusted and settings.persisted.trusted is None:
        yield "PERSISTED__ONLY_TRUSTED: needs PERSISTED__TRUSTED, or nothing could be answered"
    if settings.env is not Environment.DEV:
        yield from _exposures(settings)
    if settings.env is Environment.PROD:
        yield from _production(settings)


def unwise_settings(settings: GatewaySettings) -> Iterator[str]:
    """Yield one line for each setting that works but is hardly meant."""
    for name, section in _sections(settings).items():
        timeout = section.timeout_seconds
        if timeout is None and name == ALL:
            timeout = SubgraphConfig("").timeout
        if timeout is not None and settings.times.request < timeout:
            yield (
                f"TIMES__REQUEST ({settings.times.request:g} s) is shorter than"
                f" {name}__TIMEOUT_SECONDS ({timeout:g} s): a slow subgraph takes the whole"
                " request's time, and counts as late only when nobody waits any more"
            )
    if settings.jwt_secret is not None and settings.token_issuer is None:
        yield "JWT_ISSUER: without it (or AUTH_SERVICE_URL) every token is somebody else's, and 401"
    yield from _trusted_for_nobody(settings)
    if settings.env is not Environment.DEV:
        yield from _unwise_in_production(settings)


def _exposures(settings: GatewaySettings) -> Iterator[str]:
    """Yield what is tolerated in development only: what is sent in the clear, or by anybody."""
    yield from _trusted_for_nobody(settings)
    supergraph = settings.supergraph or ""
    for name, url in (
        ("SUPERGRAPH", supergraph if "://" in supergraph else None),
        ("JWKS_URL", settings.keys_url),
        *_redis_urls(settings),
    ):
        yield from plain_http(name, url)
    for name, url in _redis_urls(settings):
        yield from unverified_redis(name, url)
    for name, section in _sections(settings).items():
        yield from plain_http(f"{name}__URL", section.url)
    for origin in settings.cors.origins:
        if origin.lower() == "null":
            yield "CORS__ORIGINS: null is every page in a sandbox"
        elif settings.cors.credentials and origin.startswith("http://"):
            yield f"CORS__ORIGINS: {origin} must be https:// where credentials are allowed"
    for network in settings.trusted_proxies:
        if network.endswith("/0"):
            yield f"TRUSTED_PROXIES: {network} would let everybody choose their own address"


def _trusted_for_nobody(settings: GatewaySettings) -> Iterator[str]:
    """Yield what is worth a warning in development, and refused elsewhere."""
    if settings.persisted.only_trusted and settings.explorer_mode is Explorer.PUBLIC:
        yield (
            "PERSISTED__ONLY_TRUSTED: holds for nobody while EXPLORER is public: whoever may"
            " explore sends any text"
        )


def _redis_urls(settings: GatewaySettings) -> tuple[tuple[str, str | None], ...]:
    return (
        ("LIMITS_URL", settings.limits_url.get_secret_value()),
        ("PERSISTED__REDIS_URL", _text(settings.persisted.redis_url)),
    )


def _not_redis(name: str, url: str | None) -> Iterator[str]:
    memory = "memory:// or " if name == "LIMITS_URL" else ""
    is_memory = bool(memory) and url is not None and url.startswith("memory:")
    if url is not None and not is_memory and not url.startswith(("redis://", "rediss://")):
        yield f"{name}: must be {memory}redis://host:port/0"


def _not_a_path(path: str) -> Iterator[str]:
    if _PATH.fullmatch(path) is None:
        yield "GRAPHQL_PATH: no request has that path: letters, digits and /._~- are what it takes"
    elif path in _OWN_PATHS or path.startswith(tuple(f"{own}/" for own in _OWN_PATHS)):
        yield f"GRAPHQL_PATH: {path} is taken: probes, metrics and explorer have paths of their own"


def _text(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _unwise_in_production(settings: GatewaySettings) -> Iterator[str]:
    if settings.demand_control.mode is not DemandMode.ENFORCE:
        yield "DEMAND_CONTROL__MODE: only enforce refuses what asks for too much of the services"
    if settings.explorer_mode is Explorer.PARTNERS and not settings.explorer_roles:
        yield "EXPLORER: partners without EXPLORER_ROLES lets nobody explore; off says so"
    if settings.log_level == "DEBUG":
        yield "LOG_LEVEL: DEBUG tells much and costs more; INFO is meant for service"
    if not settings.times.drain:
        yield (
            "TIMES__DRAIN: 0 closes the door before a balancer sees that it is not ready; make it"
            " longer than that takes"
        )
    limits = settings.limits_url.get_secret_value()
    if limits.startswith("memory:") and (settings.rate.per_client or settings.rate.per_user):
        yield "LIMITS_URL: each process counts RATE on its own without a Redis"


def _production(settings: GatewaySettings) -> Iterator[str]:
    if settings.explorer_mode is Explorer.PUBLIC:
        yield "EXPLORER: public is refused with ENV=prod (use partners or off)"
    if settings.plan_header:
        yield "PLAN_HEADER: is refused with ENV=prod (plans name subgraphs and fields)"
    if settings.keys_url is None and settings.jwt_secret is None:
        yield "JWKS_URL: is required with ENV=prod (or AUTH_SERVICE_URL, or JWT_SECRET)"
        if settings.token_issuer is None:
            yield _NO_ISSUER


def _subgraphs(settings: GatewaySettings) -> Iterator[str]:
    for name, section in _sections(settings).items():
        yield from _not_http(f"{name}__URL", section.url)
        yield from _not_headers(name, section)
        if settings.env is Environment.DEV:
            continue
        if section.tls and not section.tls.verify:
            yield f"{name}__TLS__VERIFY: must be true unless ENV=dev"
        yield from weak_key(f"{name}__KEY", _text(section.key))


def _sections(settings: GatewaySettings) -> dict[str, SubgraphSettings]:
    """The sections that say how subgraphs are reached, by their settings' names."""
    own = {f"SUBGRAPHS__{name.upper()}": part for name, part in settings.subgraphs.items()}
    return {ALL: settings.all_subgraphs, **own}


def _not_headers(name: str, section: SubgraphSettings) -> Iterator[str]:
    """What could not be written as a header, or would write two."""
    rules = section.headers or HeaderSettings()
    written = [*rules.rename.values(), *rules.insert]
    for header in [*rules.forward, *rules.rename, *written]:
        if _TOKEN.fullmatch(header) is None:
            yield f"{name}__HEADERS: {header!r} is not the name of a header"
    for header in written:
        if header.lower() in HOP_BY_HOP:
            yield f"{name}__HEADERS: {header} belongs to the connection and cannot be set"
    for header, value in rules.insert.items():
        if _VALUE.fullmatch(value.get_secret_value()) is None:
            yield f"{name}__HEADERS__INSERT: {header} needs a value in one line of ASCII"
    if section.key_header is not None and _TOKEN.fullmatch(section.key_header) is None:
        yield f"{name}__KEY_HEADER: is not the name of a header"
    if section.key is not None and _VALUE.fullmatch(section.key.get_secret_value()) is None:
        yield f"{name}__KEY: must be one line of ASCII"


def _networks(given: list[str]) -> Iterator[str]:
    for text in given:
        try:
            ip_network(text, strict=False)
        except ValueError:
            yield f"TRUSTED_PROXIES: {text!r} is not a network such as 10.0.0.0/8"


def _not_http(name: str, url: str | None) -> Iterator[str]:
    if url is None:
        return
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        yield f"{name}: must be an http:// or https:// URL"
