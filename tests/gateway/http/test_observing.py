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


async def test_requests_and_errors_are_counted(gateway: RunningGateway) -> None:
    await gateway.post(BODY)
    await gateway.post(b"{")
    await gateway.ask("{ nothing }")
    text = await metrics(gateway)
    assert 'http_requests_total{method="POST",path="/graphql",status="200"} 2.0' in text
    assert 'http_requests_total{method="POST",path="/graphql",status="400"} 1.0' in text
    assert 'graphql_errors_total{code="BAD_USER_INPUT"} 1.0' in text
    assert 'graphql_errors_total{code="GRAPHQL_VALIDATION_FAILED"} 1.0' in text


async def test_known_clients_are_told_apart_whatever_others_call_themselves() -> None:
    known = {"app": ["1.2", "1.3"], "web": []}
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, known_clients=known) as gateway:
        for number in range(150):
            await gateway.post(BODY, graphql_client_name=f"made up {number}")
            await gateway.post(
                BODY, graphql_client_name="app", graphql_client_version=f"0.{number}"
            )
        for name, version in (("app", "1.2"), ("app", "1.3"), ("app", ""), ("web", "7")):
            named = {"graphql_client_name": name, "graphql_client_version": version}
            await gateway.post(BODY, **named)
            await gateway.post(b"{", **named)
        counted = {
            line.removeprefix("graphql_client_requests_total")
            for line in (await metrics(gateway)).splitlines()
            if line.startswith("graphql_client_requests_total")
        }
    assert counted == {
        '{client="other",version=""} 150.0',
        '{client="app",version="other"} 150.0',
        '{client="app",version="1.2"} 2.0',
        '{client="app",version="1.3"} 2.0',
        '{client="app",version=""} 2.0',
        '{client="web",version="other"} 2.0',
    }


async def test_all_requests_may_be_logged_by_hash() -> None:
    shop = Shop()
    with capture_logs() as lines:
        async with running_gateway(SUPERGRAPH, shop.subgraphs, access_log="all") as gateway:
            response = await gateway.post(BODY, graphql_client_name="app")
    [line] = [line for line in lines if line["event"] == "request"]
    assert line["request_id"] == response.headers["x-request-id"]
    assert line["documents"] == [hashlib.sha256(b"{ hello }").hexdigest()]
    assert (line["client"], line["status"], line["operations"]) == ("app", 200, 1)
