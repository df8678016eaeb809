"""Subgraphs by name, and the clients behind them, which outlive any one supergraph.

``SubgraphClients`` keeps one client (connections, breaker, concurrency) per configuration, so that
a new supergraph that names the same URLs goes on with warm connections. ``Subgraphs`` is one
runtime's view: names to clients.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

from gateway.subgraphs.client import HttpSubgraph, SubgraphObserver
from gateway.subgraphs.config import SubgraphConfig
from gateway.subgraphs.in_flight import InFlight, Mutations
from gateway.subgraphs.protocol import SubgraphReply, SubgraphRequest, SubgraphUnreachable

_YOUNG = 0.25
"""Of a subgraph's timeout: who joins a call has most of it left."""
MakeClient = Callable[[SubgraphConfig, SubgraphObserver | None], HttpSubgraph]


class SubgraphClients:
    """The clients of one process. ``make`` builds one of a kind."""

    def __init__(
        self,
        make: MakeClient,
        *,
        observer: SubgraphObserver | None = None,
        deduplicate: bool = False,
    ) -> None:
        self._make = make
        self._observer = observer
        self._deduplicate = deduplicate
        self._mutations = Mutations()
        self._clients: dict[SubgraphConfig, tuple[HttpSubgraph, InFlight | None]] = {}

    def view(self, configs: Mapping[str, SubgraphConfig], generation: int = 0) -> Subgraphs:
        """Return the subgraphs of one runtime; ``generation`` is its number."""
        return Subgraphs(
            {name: self._client(config) for name, config in configs.items()}, generation
        )

    def _client(self, config: SubgraphConfig) -> tuple[HttpSubgraph, InFlight | None]:
        known = self._clients.get(config)
        if known is None:
            client = self._make(config, self._observer)
            known = client, self._in_flight(client, config.timeout, config.retries)
            self._clients[config] = known
        return known

    def _in_flight(self, client: HttpSubgraph, timeout: float, retries: int) -> InFlight | None:
        if not self._deduplicate:
            return None
        longest = timeout * (1 + retries)
        return InFlight(client, longest, self._mutations, young=timeout * _YOUNG)

    def take_unused(self, in_use: Iterable[SubgraphConfig]) -> list[HttpSubgraph]:
        """Take out the clients that no configuration of ``in_use`` needs: they are to be closed.

        All at once, before any is closed, which takes a while: whoever asks for one of them
        meanwhile gets another.
        """
        unused = self._clients.keys() - set(in_use)
        return [self._clients.pop(config)[0] for config in unused]

    async def close(self) -> None:
        """Close all clients."""
        for client in self.take_unused(()):
            await client.close()


class Subgraphs:
    """Names to clients: what ``execute`` sends through. Frozen with its runtime."""

    def __init__(
        self, clients: Mapping[str, tuple[HttpSubgraph, InFlight | None]], generation: int
    ) -> None:
        self._clients = dict(clients)
        self._generation = generation

    def send(self, request: SubgraphRequest) -> Coroutine[Any, Any, SubgraphReply]:
        """Send ``request`` to the subgraph it names."""
        known = self._clients.get(request.subgraph)
        if known is None:
            raise SubgraphUnreachable(f"no subgraph is called {request.subgraph!r}")
        client, in_flight = known
        if in_flight is None:
            return client.send(request)
        return in_flight.send(request, self._generation)
