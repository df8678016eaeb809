"""Settings → how each subgraph is reached: URL, bounds, header rules, certificates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import SecretStr

from gateway.config.settings import (
    GatewaySettings,
    HeaderSettings,
    SubgraphSettings,
    TlsSettings,
    folded,
)
from gateway.subgraphs import HeaderRules, SubgraphConfig, Tls
from gateway.subgraphs.tls import are_authorities, is_identity
from shared.errors import ConfigurationError

KEY_HEADER = "x-gateway-key"
_DEFAULT = SubgraphConfig(url="")


def subgraph_configs(
    urls: Mapping[str, str], settings: GatewaySettings
) -> dict[str, SubgraphConfig]:
    """Return how each subgraph is reached; ``urls`` are the supergraph's, by name.

    Raises ConfigurationError, with a line for each subgraph that neither it nor the settings give a
    URL, or whose certificates cannot be read.
    """
    configs: dict[str, SubgraphConfig] = {}
    faults: dict[str, None] = {}
    for name, url in urls.items():
        try:
            configs[name] = _subgraph_config(name, settings.subgraph(name).url or url, settings)
        except ConfigurationError as error:
            faults[str(error)] = None
    if faults:
        raise ConfigurationError("\n".join(faults))
    return configs


def unknown_subgraphs(names: Iterable[str], settings: GatewaySettings) -> list[str]:
    """Return the sections that are of none of these subgraphs: misspelt, most likely."""
    known = set(map(folded, names))
    return sorted(name for name in settings.subgraphs if folded(name) not in known)


def _subgraph_config(name: str, url: str, settings: GatewaySettings) -> SubgraphConfig:
    """What is not set has the default of ``SubgraphConfig``: numbers are written in one place."""
    if not url.startswith(("http://", "https://")):
        raise ConfigurationError(
            f"SUBGRAPHS__{name.upper()}__URL: is required (the supergraph gives {url!r})"
        )
    own = settings.subgraph(name)
    return SubgraphConfig(
        url=url,
        timeout=own.timeout_seconds or _DEFAULT.timeout,
        concurrency=own.concurrency or _DEFAULT.concurrency,
        retries=_DEFAULT.retries if own.retries is None else own.retries,
        max_reply_bytes=own.max_reply_bytes or _DEFAULT.max_reply_bytes,
        headers=_rules(own),
        tls=_tls(name, own.tls),
        response_headers=frozenset(header.lower() for header in settings.response_headers),
    )


def _rules(own: SubgraphSettings) -> HeaderRules:
    given = own.headers or HeaderSettings()
    insert = {header.lower(): _text(value) for header, value in given.insert.items()}
    if own.key is not None:
        insert[(own.key_header or KEY_HEADER).lower()] = _text(own.key)
    return HeaderRules(
        forward=frozenset(name.lower() for name in (*given.forward, *given.rename)),
        rename=tuple((old.lower(), new.lower()) for old, new in given.rename.items()),
        insert=tuple(insert.items()),
        remove=frozenset(name.lower() for name in given.remove),
    )


def _text(secret: SecretStr) -> str:
    return secret.get_secret_value()


def certificate_files(settings: GatewaySettings) -> list[Path]:
    """Return the files that connections to subgraphs are made with."""
    sections = [settings.all_subgraphs, *settings.subgraphs.values()]
    all_tls = [section.tls for section in sections if section.tls is not None]
    files = [file for tls in all_tls for file in (tls.ca_file, tls.client_certificate)]
    return sorted({file for file in files if file is not None})


def _tls(name: str, given: TlsSettings | None) -> Tls:
    if given is None:
        return Tls()
    setting = f"SUBGRAPHS__{name.upper()}__TLS"
    ca = _pem(f"{setting}__CA_FILE", given.ca_file)
    if ca is not None and not are_authorities(ca):
        raise ConfigurationError(f"{setting}__CA_FILE: {given.ca_file}: holds no certificate")
    own = f"{setting}__CLIENT_CERTIFICATE"
    identity = _pem(own, given.client_certificate)
    if identity is not None and not is_identity(identity):
        holds = "does not hold a certificate with its key, without a password"
        raise ConfigurationError(f"{own}: {given.client_certificate}: {holds}")
    return Tls(ca=ca, identity=identity, verify=given.verify)


def _pem(setting: str, path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{setting}: {path}: {error.strerror}") from None
