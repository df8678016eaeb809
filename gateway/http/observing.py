"""Metrics of the gateway, and one log line for requests worth one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from prometheus_client import Counter, Gauge, Histogram

from gateway.config.settings import AccessLog
from gateway.http.http_request import HttpRequest
from gateway.subgraphs import BreakerState
from shared.metrics import BUCKETS, Metrics

log = structlog.get_logger("gateway.access")

CLIENT_NAMES = ("graphql-client-name", "apollographql-client-name", "x-client-name")
CLIENT_VERSIONS = ("graphql-client-version", "apollographql-client-version", "x-client-version")
KNOWN_CLIENTS = 100
SLOW_SECONDS = 1.0
DEMANDS = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
_SHORT = 60


@dataclass(slots=True)
class Record:
    """What is told of one HTTP request, filled in on its way. ``hashes`` name the documents.

    ``demand`` is what the operations that ran asked of the services, all together.
    """

    started: float = field(default_factory=time.perf_counter)
    operations: int = 0
    hashes: list[str] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    demand: int = 0


class Observer:
    """Counts requests, operations and attempts at subgraphs."""

    def __init__(self, metrics: Metrics, access_log: AccessLog) -> None:
        self.access_log = access_log
        self.metrics = metrics
        registry = metrics.registry
        self.on_attempt: list[Callable[[str, str, float], None]] = []
        self._clients: set[tuple[str, str]] = set()
        self._statuses: dict[tuple[str, int], Counter] = {}
        self._seconds = metrics.seconds.labels("/graphql")
        self._by_client = Counter(
            "graphql_client_requests_total",
            "Requests by the client's own name.",
            ("client", "version"),
            registry=registry,
        )
        self._errors = Counter(
            "graphql_errors_total", "Errors in answers by code.", ("code",), registry=registry
        )
        self._demand = Histogram(
            "graphql_request_demand",
            "What requests that ran demanded of the services, by @cost and @listSize.",
            buckets=DEMANDS,
            registry=registry,
        )
        self._attempts = Histogram(
            "subgraph_attempt_seconds",
            "Requests to subgraphs.",
            ("subgraph", "outcome"),
            buckets=BUCKETS,
            registry=registry,
        )
        self._breakers = Gauge(
            "subgraph_breaker_open",
            "1 while a subgraph's breaker is not closed.",
            ("subgraph",),
            registry=registry,
            multiprocess_mode="livemax",
        )

    def ended(self, request: HttpRequest, record: Record, status: int) -> None:
        """Count one HTTP request, and log it if the setting asks for that."""
        seconds = time.perf_counter() - record.started
        method = request.method if request.method in {"GET", "POST", "OPTIONS"} else "other"
        counter = self._statuses.get((method, status))
        if counter is None:
            counter = self.metrics.requests.labels("/graphql", method, str(status))
            self._statuses[method, status] = counter
        counter.inc()
        self._seconds.observe(seconds)
        if client := _first(request, CLIENT_NAMES):
            version = _first(request, CLIENT_VERSIONS) or ""
            self._by_client.labels(*self._bounded((client, version))).inc()
        if record.demand:
            self._demand.observe(record.demand)
        for code in record.codes:
            self._errors.labels(code).inc()
        worth = seconds > SLOW_SECONDS or status >= 500 or bool(record.codes)  # noqa: PLR2004
        if self.access_log is AccessLog.ALL or (self.access_log is AccessLog.ERRORS and worth):
            self._log(request, record, status, seconds)

    def attempted(self, subgraph: str, outcome: str, seconds: float) -> None:
        """See SubgraphObserver."""
        self._attempts.labels(subgraph, outcome).observe(seconds)
        for hear in self.on_attempt:
            hear(subgraph, outcome, seconds)

    def breaker_changed(self, subgraph: str, state: BreakerState) -> None:
        """See SubgraphObserver."""
        self._breakers.labels(subgraph).set(0 if state is BreakerState.CLOSED else 1)

    def _bounded(self, client: tuple[str, str]) -> tuple[str, str]:
        """Clients choose their names: past so many, the rest share one label."""
        if client not in self._clients and len(self._clients) >= KNOWN_CLIENTS:
            return "other", ""
        self._clients.add(client)
        return client

    def _log(self, request: HttpRequest, record: Record, status: int, seconds: float) -> None:
        log.info(
            "request",
            request_id=request.request_id,
            method=request.method,
            status=status,
            ms=round(seconds * 1_000, 2),
            operations=record.operations,
            documents=record.hashes,
            codes=sorted(record.codes),
            demand=record.demand,
            client=_first(request, CLIENT_NAMES),
            client_version=_first(request, CLIENT_VERSIONS),
        )


def _first(request: HttpRequest, names: tuple[str, ...]) -> str | None:
    for name in names:
        if value := request.headers.get(name):
            return value[:_SHORT]
    return None
