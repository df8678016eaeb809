"""Overload is refused at the door, with Retry-After."""

from __future__ import annotations

import asyncio
import json

import pytest

from gateway.http.admission import FEWEST, Admission
from gateway.http.errors import HttpRefused
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import codes, running_gateway


async def test_past_the_limit_503_and_the_admitted_are_answered() -> None:
    shop = Shop()
    shop.may_answer.clear()
    body = json.dumps({"query": "{ hello }"})
    async with running_gateway(SUPERGRAPH, shop.subgraphs, max_requests=5) as gateway:
        asked = [asyncio.create_task(gateway.post(body)) for _ in range(50)]
        async with asyncio.timeout(60):
            while sum(each.done() for each in asked) < 45:
                await asyncio.sleep(0.005)
        shop.may_answer.set()
        responses = await asyncio.gather(*asked)
    statuses = [response.status_code for response in responses]
    assert statuses.count(200) == 5
    assert statuses.count(503) == 45
    refused = next(response for response in responses if response.status_code == 503)
    assert refused.headers["retry-after"] == "1"
    assert codes(refused.json()) == ["UNAVAILABLE"]
    assert refused.json()["errors"][0]["extensions"]["retryable"] is True


def filled(admission: Admission, count: int) -> None:
    for _ in range(count):
        admission.enter()


def test_a_loop_that_stays_late_has_fewer_taken_on_until_it_is_on_time() -> None:
    admission = Admission(max_requests=4_000, max_lag=0.5)
    filled(admission, 1_000)
    for _ in range(3):
        admission.look(0.9)
    assert admission.limit == 700
    with pytest.raises(HttpRefused):
        admission.enter()
    for _ in range(300):
        admission.leave()
    admission.look(0.9)
    assert admission.limit < 700
    for _ in range(50):
        admission.look(0.0)
    assert admission.limit == 4_000
    admission.enter()


@pytest.mark.parametrize("lags", [(2.0, 2.0, 0.1), (0.6, 0.1, 0.6, 0.1, 0.6), (0.4,) * 20])
def test_a_burst_that_was_taken_on_refuses_nobody(lags: tuple[float, ...]) -> None:
    admission = Admission(max_requests=4_000, max_lag=0.5)
    filled(admission, 1_000)
    for lag in lags:
        admission.look(lag)
    assert admission.limit == 4_000


def test_a_few_are_always_taken_on() -> None:
    admission = Admission(max_requests=4_000, max_lag=0.5)
    for _ in range(100):
        admission.look(5.0)
    filled(admission, FEWEST)
    with pytest.raises(HttpRefused):
        admission.enter()
    assert Admission(max_requests=5, max_lag=0.5).limit == 5
