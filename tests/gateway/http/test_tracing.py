"""Spans of a request, in the client's trace, passed on to subgraphs."""

from __future__ import annotations

import json

import httpx2
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gateway.config.settings import GatewaySettings
from gateway.http.app import create_app
from gateway.http.tracing import Tracing
from tests.gateway.http.shop import SUPERGRAPH, Shop

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


async def test_spans_stand_in_the_clients_trace() -> None:
    exporter = InMemorySpanExporter()
    tracing = Tracing(SimpleSpanProcessor(exporter))
    shop = Shop()
    settings = GatewaySettings(supergraph=str(SUPERGRAPH), supergraph_poll_seconds=0)
    app = create_app(settings, subgraphs=shop.subgraphs, tracing=tracing)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://gateway.test"
        ) as client,
    ):
        for _ in range(2):
            await client.post(
                "/graphql",
                content=json.dumps({"query": '{ hello(name: "secret") }'}),
                headers={
                    "content-type": "application/json",
                    "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01",
                },
            )
        tracing.fetched("shop", "ok", 0.1)
    spans = exporter.get_finished_spans()
    names = [span.name for span in spans]
    assert names == ["prepare", "plan", "POST graphql", "POST graphql", "fetch shop"]
    assert {format(s.context.trace_id, "032x") for s in spans[:4] if s.context} == {TRACE}
    first, second = shop.subgraphs.sent("shop")
    assert first.headers["traceparent"].startswith(f"00-{TRACE}-")
    assert first.headers["traceparent"] != second.headers["traceparent"]
    assert "secret" not in "".join(span.to_json() for span in spans)
