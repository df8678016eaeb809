"""Metrics and log lines of requests."""

from __future__ import annotations

import hashlib
import json

from structlog.testing import capture_logs

from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import RunningGateway, running_gateway

BODY = json.dumps({"query": "{ hello }"})


async def metrics(gateway: RunningGateway) -> str:
    return (await gateway.client.get("/metrics")).text


async def test_requests_errors_and_clients_are_counted(gateway: RunningGateway) -> None:
    named = {"graphql_client_name": "app", "graphql_client_version": "1.2"}
    await gateway.post(BODY, **named)
    await gateway.post(b"{", **named)
    await gateway.ask("{ nothing }")
    text = await metrics(gateway)
    assert 'http_requests_total{method="POST",path="/graphql",status="200"} 2.0' in text
    assert 'http_requests_total{method="POST",path="/graphql",status="400"} 1.0' in text
    assert 'graphql_errors_total{code="BAD_USER_INPUT"} 1.0' in text
    assert 'graphql_errors_total{code="GRAPHQL_VALIDATION_FAILED"} 1.0' in text
    assert 'graphql_client_requests_total{client="app",version="1.2"} 2.0' in text


async def test_clients_cannot_make_labels_without_end(gateway: RunningGateway) -> None:
    for number in range(150):
        await gateway.post(BODY, graphql_client_name=f"app{number}")
    lines = [
        line
        for line in (await metrics(gateway)).splitlines()
        if line.startswith("graphql_client_requests_total")
    ]
    assert len(lines) == 101
    assert 'graphql_client_requests_total{client="other",version=""} 50.0' in lines


async def test_all_requests_may_be_logged_by_hash() -> None:
    shop = Shop()
    with capture_logs() as lines:
        async with running_gateway(SUPERGRAPH, shop.subgraphs, access_log="all") as gateway:
            response = await gateway.post(BODY, graphql_client_name="app")
    [line] = [line for line in lines if line["event"] == "request"]
    assert line["request_id"] == response.headers["x-request-id"]
    assert line["documents"] == [hashlib.sha256(b"{ hello }").hexdigest()]
    assert (line["client"], line["status"], line["operations"]) == ("app", 200, 1)
