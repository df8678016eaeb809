"""Overload is refused at the door, with Retry-After."""

from __future__ import annotations

import asyncio
import json

import pytest

from gateway.http.admission import BUSY, Admission
from gateway.http.errors import HttpRefused
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import codes, running_gateway


async def test_past_the_limit_503_and_the_admitted_are_answered() -> None:
    shop = Shop(seconds=0.1)
    body = json.dumps({"query": "{ hello }"})
    async with running_gateway(SUPERGRAPH, shop.subgraphs, max_requests=5) as gateway:
        responses = await asyncio.gather(*(gateway.post(body) for _ in range(50)))
    statuses = [response.status_code for response in responses]
    assert statuses.count(200) == 5
    assert statuses.count(503) == 45
    refused = next(response for response in responses if response.status_code == 503)
    assert refused.headers["retry-after"] == "1"
    assert codes(refused.json()) == ["UNAVAILABLE"]
    assert refused.json()["errors"][0]["extensions"]["retryable"] is True


def test_a_late_loop_refuses_only_while_requests_wait() -> None:
    admission = Admission(max_requests=10_000, max_lag=0.5)
    admission.lag = 2.0
    for _ in range(BUSY):
        admission.enter()
    with pytest.raises(HttpRefused):
        admission.enter()
    admission.leave()
    admission.enter()
