"""Connections to subgraphs while supergraphs come and go: opened for a new one, closed after it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from gateway.config.settings import GatewaySettings
from gateway.config.subgraphs import subgraph_configs
from gateway.subgraphs import SubgraphClients, SubgraphConfig, Subgraphs
from gateway.subgraphs.registry import MakeClient
from gateway.supergraph import Supergraph


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
    """Opens what a supergraph needs; closes what it no longer needs, when no request can use it."""

    def __init__(self, clients: SubgraphClients, settings: GatewaySettings) -> None:
        self.clients = clients
        self.settings = settings
        self._newest: Mapping[str, SubgraphConfig] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def open(self, supergraph: Supergraph, generation: int) -> Subgraphs:
        """Return the subgraphs of a runtime. Raises ConfigurationError."""
        urls = {name: info.url for name, info in supergraph.subgraphs.items()}
        self._newest = subgraph_configs(urls, self.settings)
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
