"""OpenTelemetry, where OTEL_ENDPOINT is set: request, prepare, plan and fetch spans over OTLP.

The client's W3C context is continued, and subgraphs get ours. Attributes name documents by hash
only: neither text nor variables leave. Without the setting nothing of this is imported.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from gateway.config.settings import GatewaySettings
from gateway.http.access_log import Record
from gateway.http.http_request import HttpRequest
from shared.errors import ConfigurationError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

T = TypeVar("T")
_NANOSECONDS = 1_000_000_000


class Tracing:
    """Makes spans and hands them to ``processor``."""

    def __init__(self, processor: SpanProcessor) -> None:
        from opentelemetry import trace  # noqa: PLC0415  an optional extra
        from opentelemetry.propagate import extract, inject  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415

        self._provider: TracerProvider = TracerProvider(
            resource=Resource.create({"service.name": "gateway"})
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("gateway")
        self._server = trace.SpanKind.SERVER
        self._client = trace.SpanKind.CLIENT
        self._extract = extract
        self._inject = inject

    async def around(self, request: HttpRequest, record: Record, work: Awaitable[T]) -> T:
        """Await ``work`` in a request span, in the client's trace."""
        with self._tracer.start_as_current_span(
            f"{request.method} graphql",
            context=self._extract(request.headers),
            kind=self._server,
            attributes={"http.request.method": request.method, "request.id": request.request_id},
        ) as span:
            done = await work
            span.set_attribute("graphql.operations", record.operations)
            span.set_attribute("graphql.document.hashes", record.hashes)
            span.set_attribute("graphql.error.codes", sorted(record.codes))
            return done

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """Wrap a stage of the pipeline."""
        with self._tracer.start_as_current_span(name):
            yield

    def fetched(self, subgraph: str, outcome: str, seconds: float) -> None:
        """Tell of a request to a subgraph that just ended."""
        ended = time.time_ns()
        span = self._tracer.start_span(
            f"fetch {subgraph}",
            kind=self._client,
            start_time=ended - int(seconds * _NANOSECONDS),
            attributes={"subgraph": subgraph, "outcome": outcome},
        )
        span.end(ended)

    def pass_on(self, headers: dict[str, str]) -> None:
        """Put the present context into the headers that travel to subgraphs."""
        self._inject(headers)

    def close(self) -> None:
        """Send what is not sent yet."""
        self._provider.shutdown()


def tracing_from(settings: GatewaySettings) -> Tracing | None:
    """Return what OTEL_ENDPOINT asks for. Raises ConfigurationError without the extra."""
    if settings.otel_endpoint is None:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        raise ConfigurationError("OTEL_ENDPOINT: needs the extra: pip install est[otel]") from None
    exporter = OTLPSpanExporter(endpoint=f"{settings.otel_endpoint.rstrip('/')}/v1/traces")
    return Tracing(BatchSpanProcessor(exporter))
