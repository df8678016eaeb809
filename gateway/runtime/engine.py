"""The gateway behind its door: made of settings, kept current, asked through the pipeline.

It needs no HTTP server, no command line and no environment:

    engine = Engine(GatewaySettings(supergraph="supergraph.graphql"))
    async with engine.running():
        response = await answer(GraphQLRequest("{ me { id } }"), engine.active.current, context)
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.config.safety import check_safe
from gateway.config.settings import GatewaySettings
from gateway.runtime.completion import all_completed
from gateway.runtime.policy import Spans, policy_from
from gateway.runtime.runtime import ActiveRuntime, SupergraphRuntime
from gateway.runtime.subgraph_pools import SubgraphPools, client_maker
from gateway.runtime.supergraph_source import SupergraphSource
from gateway.security.bearer import callers_from
from gateway.subgraphs import SubgraphClients, SubgraphObserver
from gateway.subgraphs.protocol import Subgraph
from gateway.supergraph import load_supergraph


class Engine:
    """The runtime in force, what replaces it, the connections that outlive it, and the callers.

    A supergraph file is loaded here, a URL when it starts running. ``subgraphs``: what to send
    through instead of HTTP clients. ``observer`` hears of every request to a subgraph, ``spans``
    of the costly stages. Raises ConfigurationError.
    """

    def __init__(
        self,
        settings: GatewaySettings,
        *,
        subgraphs: Subgraph | None = None,
        observer: SubgraphObserver | None = None,
        spans: Spans | None = None,
    ) -> None:
        check_safe(settings)
        clients = SubgraphClients(
            client_maker(settings), observer=observer, deduplicate=settings.deduplicate
        )
        self.active = ActiveRuntime()
        self.callers = callers_from(settings)
        self.pools = SubgraphPools(clients, settings)
        self.policy = policy_from(settings, spans)
        self.source = SupergraphSource(settings, self.active, self.build, self.pools.retire_unused)
        self._subgraphs = subgraphs
        self.source.load_file()

    def build(self, sdl: str, generation: int) -> SupergraphRuntime:
        """Make a runtime of a supergraph. Raises SupergraphInvalid or ConfigurationError."""
        supergraph = load_supergraph(sdl)
        subgraphs = self._subgraphs or self.pools.open(supergraph, generation)
        return SupergraphRuntime(supergraph, subgraphs, self.policy, generation)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the supergraph current; at the end let begun mutations end, then disconnect."""
        async with self.source:
            try:
                yield
            finally:
                await all_completed()
                await self.callers.close()
                await self.pools.close()
                await self.policy.documents.close()
