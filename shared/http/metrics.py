"""Prometheus metrics of one app, in a registry of its own, so that several apps fit one process.

Where ``PROMETHEUS_MULTIPROC_DIR`` is set, several processes are one server: each keeps its values
in files of that folder, and each shows the sums of all (prometheus_client's multiprocess mode).
"""

import asyncio
import time
from collections.abc import Callable, Iterable

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.admission import Admission
from shared.optional_store import OptionalStore

log = structlog.get_logger(__name__)

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OUTCOMES = ("sent", "postponed", "given_up")
"""Of an item of the outbox that was tried."""
QUIET_PATHS = frozenset({"/health/live", "/health/ready", "/metrics"})
KNOWN_PATHS = frozenset(
    {"/graphql", "/health/live", "/health/ready", "/metrics", "/.well-known/jwks.json"}
)


class Metrics:
    """The registry and what every service counts. Add a service's own with ``registry=``."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "http_requests_total",
            "HTTP requests answered.",
            ("path", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "http_request_seconds",
            "Time from the first byte of a request to the last of its answer.",
            ("path",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        Gauge("event_loop_tasks", "Tasks of the event loop.", registry=self.registry).set_function(
            _tasks
        )
        self.in_flight = Gauge(
            "http_requests_in_flight",
            "Requests being answered.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )

    def watch(self, admission: Admission) -> None:
        """Show what waits for its turn and what was refused."""
        for name, text, value in (
            ("queries_at_once", "Queries that may be at work at once.", lambda: admission.slots),
            ("queries_waiting", "Queries that wait for their turn.", lambda: admission.waiting),
            ("requests_refused", "Requests refused for want of time.", lambda: admission.refused),
        ):
            Gauge(name, text, registry=self.registry).set_function(value)

    def watch_limits(self, store: OptionalStore | None) -> None:
        """Show whether what should be counted by all together is counted by each alone."""
        away = Gauge(
            "limits_store_away",
            "1 while this process counts attempts alone, as LIMITS_URL is away.",
            registry=self.registry,
            multiprocess_mode="livemax",
        )
        away.set(0)
        if store is not None:
            store.tell = away.set

    def outbox_counter(self, kinds: Iterable[str]) -> Callable[[str, str], None]:
        """What is called with kind and outcome of each item that was tried.

        All are there from the start, at 0: of a series that begins at 1 Prometheus sees no
        increase, and of one that is not there no alert compares anything.
        """
        items = Counter(
            "outbox_items_total",
            "Items of the outbox by kind and outcome.",
            ("kind", "outcome"),
            registry=self.registry,
        )
        for kind in kinds:
            for outcome in OUTCOMES:
                items.labels(kind, outcome)
        return lambda kind, outcome: items.labels(kind, outcome).inc()

    async def endpoint(self, _request: Request) -> Response:
        """``/metrics`` in Prometheus' text format."""
        return Response(generate_latest(self._shown()), media_type=CONTENT_TYPE_LATEST)

    def _shown(self) -> CollectorRegistry:
        if not values.ValueClass._multiprocess:  # noqa: SLF001  nothing public tells
            return self.registry
        all_processes = CollectorRegistry()
        MultiProcessCollector(all_processes)  # type: ignore[no-untyped-call]
        return all_processes


def _tasks() -> int:
    try:
        return len(asyncio.all_tasks())
    except RuntimeError:  # asked outside a loop
        return 0


class MetricsMiddleware:
    """Counts and logs requests. Unknown paths share one label, because clients choose paths."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def watching_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = time.perf_counter()
        self._metrics.in_flight.inc()
        try:
            await self._app(scope, receive, watching_send)
        finally:
            self._metrics.in_flight.dec()
            seconds = time.perf_counter() - started
            path = _label(scope["path"])
            method = scope["method"] if scope["method"] in {"GET", "POST", "HEAD"} else "other"
            self._metrics.requests.labels(path, method, str(status)).inc()
            self._metrics.seconds.labels(path).observe(seconds)
            write = log.debug if path in QUIET_PATHS else log.info
            write("request", path=path, status=status, milliseconds=round(seconds * 1000, 1))


def _label(path: str) -> str:
    if path in KNOWN_PATHS:
        return path
    return "/internal" if path.startswith("/internal/") else "other"
