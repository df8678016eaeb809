"""Settings and supergraph → how each subgraph is reached, while supergraphs come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from gateway.config.settings import GatewaySettings, HeaderSettings, SubgraphSettings, TlsSettings
from gateway.subgraphs import HeaderRules, SubgraphClients, SubgraphConfig, Subgraphs, Tls
from gateway.subgraphs.registry import MakeClient
from gateway.supergraph import Supergraph
from shared.errors import ConfigurationError

KEY_HEADER = "x-gateway-key"
_DEFAULT = SubgraphConfig(url="")


def connections(supergraph: Supergraph, settings: GatewaySettings) -> dict[str, SubgraphConfig]:
    """Return each subgraph's configuration. Raises ConfigurationError where there is no URL."""
    return {
        name: _connection(name, settings.subgraph(name).url or info.url, settings)
        for name, info in supergraph.subgraphs.items()
    }


def _connection(name: str, url: str, settings: GatewaySettings) -> SubgraphConfig:
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


def _tls(name: str, given: TlsSettings | None) -> Tls:
    if given is None:
        return Tls()
    return Tls(
        ca=_pem(f"SUBGRAPHS__{name.upper()}__TLS__CA_FILE", given.ca_file),
        identity=_pem(
            f"SUBGRAPHS__{name.upper()}__TLS__CLIENT_CERTIFICATE", given.client_certificate
        ),
        verify=given.verify,
    )


def _pem(setting: str, path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{setting}: {path}: {error.strerror}") from None


def client_maker(settings: GatewaySettings) -> MakeClient:
    """Return the implementation that SUBGRAPH_CLIENT names."""
    if settings.subgraph_client == "httpx2":
        from gateway.subgraphs.httpx2_client import Httpx2Subgraph  # noqa: PLC0415  one is used

        return Httpx2Subgraph
    from gateway.subgraphs.pyreqwest_client import PyreqwestSubgraph  # noqa: PLC0415

    return PyreqwestSubgraph


class SubgraphPools:
    """Opens what a supergraph needs; closes what it no longer needs, when no request can use it."""

    def __init__(self, clients: SubgraphClients, settings: GatewaySettings) -> None:
        self.clients = clients
        self.settings = settings
        self._newest: Mapping[str, SubgraphConfig] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def open(self, supergraph: Supergraph, generation: int) -> Subgraphs:
        """Return the subgraphs of a runtime. Raises ConfigurationError."""
        self._newest = connections(supergraph, self.settings)
        return self.clients.view(self._newest, generation)

    def retire_unused(self) -> None:
        """Close what is unused once the requests that began before the swap are past."""
        task = asyncio.create_task(self._close_later())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Close everything."""
        for task in self._closing:
            task.cancel()
        await self.clients.close()

    async def _close_later(self) -> None:
        await asyncio.sleep(self.settings.times.request + 1)
        await self.clients.close_unused(self._newest)
