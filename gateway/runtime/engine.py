"""The gateway behind its door: made of settings, kept current, asked through the pipeline.

It needs no HTTP server, no command line and no environment:

    engine = Engine(GatewaySettings(supergraph="supergraph.graphql"))
    async with engine.running():
        response = await answer(GraphQLRequest("{ me { id } }"), engine.active.current, context)
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from gateway.config.freshness import Freshness
from gateway.config.safety import check_safe, unwise_settings
from gateway.config.settings import GatewaySettings
from gateway.preparation import PreparationProcess
from gateway.preparation.jobs import Load
from gateway.runtime.completion import all_completed
from gateway.runtime.long_lived import reclaim
from gateway.runtime.policy import Spans, policy_from
from gateway.runtime.runtime import ActiveRuntime, SupergraphRuntime
from gateway.runtime.subgraph_pools import SubgraphPools, client_maker
from gateway.runtime.supergraph_source import SupergraphSource
from gateway.security.bearer import callers_from
from gateway.subgraphs import SubgraphClients, SubgraphObserver
from gateway.subgraphs.protocol import Subgraph
from gateway.supergraph import load_supergraph

log = structlog.get_logger(__name__)


class Engine:
    """The runtime in force, what replaces it, the connections that outlive it, and the callers.

    A supergraph file is loaded here, a URL when it starts running. ``subgraphs``: what to send
    through instead of HTTP clients. ``observer`` hears of every request to a subgraph, ``spans``
    of the costly stages. ``is_served``: others wait for the same event loop, so that new documents
    are prepared in a process beside this one. Raises ConfigurationError.
    """

    def __init__(
        self,
        settings: GatewaySettings,
        *,
        subgraphs: Subgraph | None = None,
        observer: SubgraphObserver | None = None,
        spans: Spans | None = None,
        is_served: bool = False,
    ) -> None:
        check_safe(settings)
        for reason in unwise_settings(settings):
            log.warning("unwise settings", reason=reason)
        clients = SubgraphClients(
            client_maker(settings), observer=observer, deduplicate=settings.deduplicate
        )
        self.active = ActiveRuntime()
        self.callers = callers_from(settings)
        self.pools = SubgraphPools(clients, settings)
        self.policy = policy_from(settings, spans)
        self.source = SupergraphSource(settings, self.active, self.build, self.swapped)
        self._process = PreparationProcess() if is_served and settings.prepare_apart else None
        self._subgraphs = subgraphs
        self.source.load_file()

    @property
    def freshness(self) -> list[Freshness]:
        """Of what is read again while it runs."""
        file = self.policy.documents.file
        return [self.source.freshness, *([] if file is None else [file.freshness])]

    def build(self, sdl: str, generation: int) -> SupergraphRuntime:
        """Make a runtime of a supergraph. Raises SupergraphInvalid or ConfigurationError."""
        supergraph = load_supergraph(sdl)
        subgraphs = self._subgraphs or self.pools.open(supergraph, generation)
        policy = self.policy
        runtime = SupergraphRuntime(supergraph, subgraphs, policy, generation, self._process)
        if self._process is not None:
            self._process.add(Load(generation, sdl, policy.limits, policy.hide_suggestions))
        return runtime

    def swapped(self) -> None:
        """Let go of what only the runtime before needed."""
        assert self.active.current is not None  # noqa: S101 - it was just put there
        in_force = self.active.current.generation
        self.pools.retire_unused(in_force)
        if self._process is not None:
            self._process.keep_only(in_force)
            reclaim()  # the one before the last: what is under way still needs the last

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the supergraph current; at the end let begun mutations end, then disconnect."""
        if self._process is not None:
            self._process.start()
        trusted = self.policy.documents.file
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.source)
            if trusted is not None:
                await stack.enter_async_context(trusted.kept_current())
            try:
                yield
            finally:
                await all_completed()
                if self._process is not None:
                    await self._process.close()
                await self.callers.close()
                await self.pools.close()
                await self.policy.documents.close()
