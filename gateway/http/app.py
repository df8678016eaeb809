"""The composition root: settings → a Starlette app that serves one supergraph."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from gateway.config.settings import Explorer, GatewaySettings
from gateway.explorer import explorer_page, explorer_routes, load_explorer_config
from gateway.explorer.bundle import BundleMissing
from gateway.http.admission import Admission
from gateway.http.forwarding import travelling
from gateway.http.observing import Observer
from gateway.http.request_contexts import RequestContexts
from gateway.http.tracing import Tracing, tracing_of
from gateway.http.view import ExplorerPage, SupergraphView, ViewDependencies
from gateway.persisted import PersistedDocuments
from gateway.runtime.completion import all_completed
from gateway.runtime.policy import policy_from
from gateway.runtime.runtime import ActiveRuntime, SupergraphRuntime
from gateway.runtime.subgraph_pools import SubgraphPools, client_maker
from gateway.runtime.supergraph_source import SupergraphSource
from gateway.security.bearer import Callers, callers_of
from gateway.subgraphs import SubgraphClients
from gateway.subgraphs.protocol import Subgraph
from gateway.supergraph import load_supergraph
from shared.health import Health
from shared.metrics import Metrics
from shared.settings import Environment

log = structlog.get_logger(__name__)


def create_app(
    settings: GatewaySettings,
    *,
    subgraphs: Subgraph | None = None,
    tracing: Tracing | None = None,
) -> Starlette:
    """Build the gateway. Raises ConfigurationError.

    A supergraph file is loaded here, a URL on start-up. ``subgraphs``: what to send through instead
    of HTTP clients. ``tracing``: instead of what OTEL_ENDPOINT asks for.
    """
    active = ActiveRuntime()
    callers = callers_of(settings)
    tracing = tracing or tracing_of(settings)
    observer = Observer(Metrics(), settings.access_log)
    if tracing is not None:
        observer.on_attempt.append(tracing.fetched)
    pools = SubgraphPools(
        SubgraphClients(
            client_maker(settings), observer=observer, deduplicate=settings.deduplicate
        ),
        settings,
    )
    policy = policy_from(settings, tracing)

    def build(sdl: str, generation: int) -> SupergraphRuntime:
        supergraph = load_supergraph(sdl)
        door = subgraphs or pools.open(supergraph, generation)
        return SupergraphRuntime(supergraph, door, policy, generation)

    source = SupergraphSource(settings, active, build, pools.retire_unused)
    source.load_file()
    page, routes = _explorer(settings)
    contexts = RequestContexts(settings, callers, travelling(settings), tracing)
    admission = Admission(settings.max_requests, settings.times.lag)
    dependencies = ViewDependencies(settings, contexts, admission, observer, page, tracing)
    health = Health({"supergraph": source.check})
    app = Gateway(
        view=SupergraphView(active, dependencies),
        path=settings.graphql_path,
        routes=[*health.routes(), Route("/metrics", observer.metrics.endpoint), *routes],
        lifespan=_lifespan(source, admission, callers, pools, policy.documents, tracing),
    )
    app.state.health = health
    app.state.active = active
    return app


def _lifespan(
    source: SupergraphSource,
    admission: Admission,
    callers: Callers,
    pools: SubgraphPools,
    documents: PersistedDocuments,
    tracing: Tracing | None,
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """What begins with the app, and what ends with it, in this order."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        admission.begin_sampling()
        async with source:
            try:
                yield
            finally:
                admission.end_sampling()
                await all_completed()
                await callers.close()
                await pools.close()
                await documents.close()
                if tracing is not None:
                    await asyncio.to_thread(tracing.close)

    return lifespan


class Gateway(Starlette):
    """The app, with a short way to its one hot route: past middleware that has nothing to do there.

    The view answers its own errors; routing and Starlette's error pages stay for everything else.
    """

    def __init__(
        self,
        view: SupergraphView,
        path: str,
        routes: Sequence[BaseRoute],
        lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]],
    ) -> None:
        super().__init__(routes=routes, lifespan=lifespan)
        self.view = view
        self.path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection's request."""
        if scope["type"] == "http" and scope["path"] == self.path:
            await self.view(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def _explorer(settings: GatewaySettings) -> tuple[ExplorerPage | None, list[BaseRoute]]:
    """Return the page and its routes. Where EXPLORER is not set, a bundle not built is no fault."""
    if settings.explorer_mode is Explorer.OFF:
        return None, []
    is_dev = settings.env is Environment.DEV
    config = load_explorer_config(settings.explorer_config, demo_accounts=is_dev)
    try:
        routes: list[BaseRoute] = [*explorer_routes(config)]
    except BundleMissing as error:
        if settings.explorer is not None:
            raise
        log.warning("no explorer", reason=str(error))
        return None, []
    return lambda: explorer_page(config), routes
