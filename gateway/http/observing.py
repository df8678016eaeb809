"""Metrics of the gateway, and which requests are worth a line of the access log."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from prometheus_client import Counter, Gauge, Histogram
from starlette.requests import Request
from starlette.responses import Response

from gateway.config.freshness import Freshness
from gateway.config.settings import AccessLog
from gateway.http.access_log import NOBODY, AccessLines, Client, Record, StructuredLines
from gateway.http.tallies import Spread, Tally
from gateway.subgraphs import BreakerState
from shared.http.metrics import BUCKETS, Metrics

CLIENT_NAMES = ("graphql-client-name", "apollographql-client-name", "x-client-name")
CLIENT_VERSIONS = ("graphql-client-version", "apollographql-client-version", "x-client-version")
OTHER = "other"
SLOW_SECONDS = 1.0
DEMANDS = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
_SHORT = 60
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_SERVER_ERROR = 500
_SHARED_SECONDS = 0.2


class Observer:
    """Counts requests, operations and attempts at subgraphs.

    ``known_clients`` and their versions are told apart. Anybody may call himself anything: names
    that nobody listed would use up all labels that there may be, and then those of others' clients.
    """

    def __init__(
        self,
        metrics: Metrics,
        access_log: AccessLog,
        lines: AccessLines | None = None,
        known_clients: Mapping[str, Collection[str]] = MappingProxyType({}),
    ) -> None:
        self.access_log = access_log
        self.metrics = metrics
        self.lines: AccessLines = lines or StructuredLines()
        registry = metrics.registry
        self.on_attempt: list[Callable[[str, str, float], None]] = []
        self._known_clients = known_clients
        self._clients: dict[tuple[str, str], Tally] = {}
        self._statuses: dict[tuple[str, int], Tally] = {}
        self._seconds = Spread(metrics.seconds.labels("/graphql"), BUCKETS)
        self._timer: asyncio.TimerHandle | None = None
        self._attempted: dict[tuple[str, str], Spread] = {}
        self._by_client = Counter(
            "graphql_client_requests_total",
            "Requests by what clients say of themselves, as far as they are known.",
            ("client", "version"),
            registry=registry,
        )
        self._errors = Counter(
            "graphql_errors_total", "Errors in answers by code.", ("code",), registry=registry
        )
        demand = Histogram(
            "graphql_request_demand",
            "What requests that ran demanded of the services, by @cost and @listSize.",
            buckets=DEMANDS,
            registry=registry,
        )
        self._demand = Spread(demand, DEMANDS)
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

        self._stale = Gauge(
            "gateway_source_stale",
            "1 while the newest supergraph, or file of trusted documents, is not in force.",
            ("source",),
            registry=registry,
            multiprocess_mode="livemax",
        )

    def watch(self, freshness: Freshness) -> None:
        """Show whether a source's newest is in force."""
        gauge = self._stale.labels(freshness.what)
        gauge.set(0)
        freshness.tell = gauge.set

    def ended(
        self, method: str, request_id: str, client: Client, record: Record, status: int
    ) -> None:
        """Count one HTTP request, and log it if the setting asks for that."""
        seconds = time.perf_counter() - record.started
        tally = self._statuses.get((method, status))
        if tally is None:
            tally = self._tally(method, status)
        tally.pending += 1
        self._seconds.observe(seconds)
        if client is not NOBODY and client[0]:
            self._count_client(client[0], client[1] or "")
        if record.demand:
            self._demand.observe(record.demand)
        for code in record.codes:
            self._errors.labels(code).inc()
        worth = seconds > SLOW_SECONDS or status >= _SERVER_ERROR or bool(record.codes)
        if self.access_log is AccessLog.ALL or (self.access_log is AccessLog.ERRORS and worth):
            self.lines.write(request_id, method, client, record, status, seconds)

    def _tally(self, method: str, status: int) -> Tally:
        shown = method if method in _METHODS else "other"
        if shown != method:
            return self._statuses.get((shown, status)) or self._tally(shown, status)
        tally = Tally(self.metrics.requests.labels("/graphql", shown, str(status)))
        self._statuses[method, status] = tally
        return tally

    def attempted(self, subgraph: str, outcome: str, seconds: float) -> None:
        """See SubgraphObserver."""
        spread = self._attempted.get((subgraph, outcome))
        if spread is None:
            spread = Spread(self._attempts.labels(subgraph, outcome), BUCKETS)
            self._attempted[subgraph, outcome] = spread
        spread.observe(seconds)
        for hear in self.on_attempt:
            hear(subgraph, outcome, seconds)

    def hand_over(self) -> None:
        """Let prometheus_client know what was counted since the last time."""
        for tally in (*self._statuses.values(), *self._clients.values()):
            tally.hand_over()
        for spread in (self._seconds, self._demand, *self._attempted.values()):
            spread.hand_over()

    def begin_handing_over(self) -> None:
        """Where processes share a port, whichever is asked shows what the others handed over."""
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            self._timer = asyncio.get_running_loop().call_later(_SHARED_SECONDS, self._regularly)

    def _regularly(self) -> None:
        self.hand_over()
        self.begin_handing_over()

    def end_handing_over(self) -> None:
        """Hand over and write what is left."""
        if self._timer is not None:
            self._timer.cancel()
        self.hand_over()
        self.lines.flush()

    async def endpoint(self, request: Request) -> Response:
        """``/metrics``."""
        self.hand_over()
        return await self.metrics.endpoint(request)

    def breaker_changed(self, subgraph: str, state: BreakerState) -> None:
        """See SubgraphObserver."""
        self._breakers.labels(subgraph).set(0 if state is BreakerState.CLOSED else 1)

    def _count_client(self, name: str, version: str) -> None:
        """Count a request by what its client says of itself, as far as that is known here."""
        versions = self._known_clients.get(name)
        if versions is None:
            name, version = OTHER, ""
        elif version and version not in versions:
            version = OTHER
        tally = self._clients.get((name, version))
        if tally is None:
            tally = Tally(self._by_client.labels(name, version))
            self._clients[name, version] = tally
        tally.pending += 1


def client_of(headers: Mapping[str, str]) -> Client:
    """Return what a client says of itself."""
    name, version = _first(headers, CLIENT_NAMES), _first(headers, CLIENT_VERSIONS)
    return NOBODY if name is None and version is None else (name, version)


def _first(headers: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    for name in names:
        if value := headers.get(name):
            return value[:_SHORT]
    return None
