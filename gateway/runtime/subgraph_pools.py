"""Connections to subgraphs while supergraphs come and go: opened for a new one, closed after it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from threading import Lock

import structlog

from gateway.config.settings import GatewaySettings
from gateway.config.subgraphs import subgraph_configs, unknown_subgraphs
from gateway.subgraphs import HttpSubgraph, SubgraphClients, SubgraphConfig, Subgraphs
from gateway.subgraphs.registry import MakeClient
from gateway.supergraph import Supergraph

log = structlog.get_logger(__name__)


def client_maker(settings: GatewaySettings) -> MakeClient:
    """Return the implementation that SUBGRAPH_CLIENT names."""
    # Imported here: only one is used, and the others' libraries take their time to load.
    match settings.subgraph_client:
        case "httpx2":
            from gateway.subgraphs.httpx2_client import Httpx2Subgraph  # noqa: PLC0415

            return Httpx2Subgraph
        case "pyreqwest":
            from gateway.subgraphs.pyreqwest_client import PyreqwestSubgraph  # noqa: PLC0415

            return PyreqwestSubgraph
        case _:
            from gateway.subgraphs.http1 import Http1Subgraph  # noqa: PLC0415

            return Http1Subgraph


class SubgraphPools:
    """Opens what a supergraph needs; closes what none needs any more, when no request can use it.

    Needed is what any supergraph uses that is in force, that some request may have begun with, or
    that is only being prepared yet.
    """

    def __init__(self, clients: SubgraphClients, settings: GatewaySettings) -> None:
        self.clients = clients
        self.settings = settings
        self._needed: dict[int, Mapping[str, SubgraphConfig]] = {}
        self._unused: list[HttpSubgraph] = []
        self._closing: set[asyncio.Task[None]] = set()
        self._lock = Lock()  # supergraphs are made in threads

    def open(self, supergraph: Supergraph, generation: int) -> Subgraphs:
        """Return the subgraphs of a runtime. Raises ConfigurationError."""
        urls = {name: info.url for name, info in supergraph.subgraphs.items()}
        configs = subgraph_configs(urls, self.settings)
        for name in unknown_subgraphs(urls, self.settings):
            reason = f"SUBGRAPHS__{name.upper()}: the supergraph has no such subgraph"
            log.warning("unwise settings", reason=reason)
        with self._lock:
            self._needed[generation] = configs
            return self.clients.view(configs, generation)

    def retire_unused(self, in_force: int) -> None:
        """Close what only generations before ``in_force`` need, once their requests are past."""
        task = asyncio.create_task(self._close_later(in_force))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Close everything."""
        for task in self._closing:
            task.cancel()
        await self._close_unused()
        await self.clients.close()

    async def _close_later(self, in_force: int) -> None:
        await asyncio.sleep(self.settings.times.request + 1)
        with self._lock:
            for old in [number for number in self._needed if number < in_force]:
                del self._needed[old]
            in_use = [config for configs in self._needed.values() for config in configs.values()]
            self._unused += self.clients.take_unused(in_use)
        await self._close_unused()

    async def _close_unused(self) -> None:
        while self._unused:
            await self._unused.pop().close()
