"""The composition root: settings → a Starlette app that serves one supergraph.

Whoever has a ``GatewaySettings`` may build one; neither the environment nor the command line is
looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from gateway.config.settings import Explorer, GatewaySettings
from gateway.explorer import explorer_page, explorer_routes, load_explorer_config
from gateway.explorer.bundle import BundleMissing
from gateway.http.access_log import AccessLines, BufferedLines, StructuredLines
from gateway.http.admission import Admission
from gateway.http.forwarding import travelling
from gateway.http.observing import Observer
from gateway.http.rate_limits import RateLimits
from gateway.http.request_contexts import CountedPages, RequestContexts
from gateway.http.straight import StraightPath
from gateway.http.tracing import Tracing, tracing_from
from gateway.http.view import ExplorerPage, SupergraphView, ViewDependencies
from gateway.runtime.engine import Engine
from gateway.subgraphs.protocol import Subgraph
from shared.http.health import Health
from shared.http.metrics import Metrics
from shared.settings import Environment, LogFormat

log = structlog.get_logger(__name__)

_TELLS_ALL = frozenset({"DEBUG", "INFO"})


def create_app(
    settings: GatewaySettings,
    *,
    subgraphs: Subgraph | None = None,
    tracing: Tracing | None = None,
    is_served: bool = False,
) -> Starlette:
    """Build the gateway. Raises ConfigurationError.

    A supergraph file is loaded here, a URL on start-up. ``subgraphs``: what to send through instead
    of HTTP clients. ``tracing``: instead of what OTEL_ENDPOINT asks for. ``is_served``: see Engine.
    """
    tracing = tracing or tracing_from(settings)
    observer = Observer(
        Metrics(),
        settings.access_log,
        _access_lines(settings, is_served=is_served),
        settings.known_clients,
    )
    if tracing is not None:
        observer.on_attempt.append(tracing.fetched)
    engine = Engine(
        settings, subgraphs=subgraphs, observer=observer, spans=tracing, is_served=is_served
    )
    for freshness in engine.freshness:
        observer.watch(freshness)
    rates = RateLimits(settings)
    observer.metrics.watch_limits(rates.store)
    contexts = RequestContexts(settings, engine.callers, travelling(settings), rates, tracing)
    page, routes = _explorer(settings, contexts)
    admission = Admission(settings.max_requests, settings.times.lag)
    dependencies = ViewDependencies(settings, contexts, admission, observer, page, tracing)
    health = Health(
        {"supergraph": engine.source.check},
        {"clock": engine.callers.check_clock, "limits": rates.check},
    )
    app = Gateway(
        view=SupergraphView(engine.active, dependencies),
        path=settings.graphql_path,
        routes=[
            *health.routes(),
            Route("/metrics", observer.endpoint),
            Route("/", RedirectResponse(settings.graphql_path.removeprefix("/"))),
            *routes,
        ],
        lifespan=_lifespan(engine, observer, admission, rates, tracing),
    )
    app.state.health = health
    app.state.active = engine.active
    app.state.straight = StraightPath(engine.active, dependencies)
    return app


def _access_lines(settings: GatewaySettings, *, is_served: bool) -> AccessLines:
    """Return how lines are written: held back for a moment only where a server runs the loop."""
    if is_served and settings.log_format is LogFormat.JSON and settings.log_level in _TELLS_ALL:
        return BufferedLines("gateway")
    return StructuredLines()


def _lifespan(
    engine: Engine,
    observer: Observer,
    admission: Admission,
    rates: RateLimits,
    tracing: Tracing | None,
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """What begins with the app and ends with it."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        admission.begin_sampling()
        observer.begin_handing_over()
        try:
            async with engine.running():
                yield
        finally:
            admission.end_sampling()
            observer.end_handing_over()
            await rates.close()
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
        # Its redirects lead to where the client says that we are, by the scheme between us and a
        # proxy.
        self.router.redirect_slashes = False
        self.view = view
        self.path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection's request."""
        if scope["type"] == "http" and scope["path"] == self.path:
            await self.view(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def _explorer(
    settings: GatewaySettings, contexts: RequestContexts
) -> tuple[ExplorerPage | None, list[BaseRoute]]:
    """Return the page and its routes. Where EXPLORER is not set, a bundle not built is no fault."""
    if settings.explorer_mode is Explorer.OFF:
        return None, []
    is_dev = settings.env is Environment.DEV
    config = load_explorer_config(
        settings.explorer_config, endpoint=settings.graphql_path, demo_accounts=is_dev
    )
    counted = Middleware(CountedPages, contexts=contexts)
    try:
        routes: list[BaseRoute] = [*explorer_routes(config, [counted])]
    except BundleMissing as error:
        if settings.explorer is not None:
            raise
        log.warning("no explorer", reason=str(error))
        return None, []
    return lambda: explorer_page(config), routes
