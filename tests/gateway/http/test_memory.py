"""What the gateway remembers: bounded, nothing of one caller for another, no secret."""

from __future__ import annotations

import gc
import json
import tracemalloc

import pytest

from gateway.operation.cache import BoundedCache
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import RunningGateway, codes, running_gateway

CANARY = "canary-4711"


async def test_no_literal_of_a_mutation_is_remembered_or_logged(
    gateway: RunningGateway, capsys: pytest.CaptureFixture[str]
) -> None:
    rename = f'mutation {{ rename(id: "1", name: "{CANARY}") {{ name }} }}'
    assert (await gateway.ask(rename))["data"]["rename"] == {"name": CANARY}
    await gateway.ask(f'mutation {{ rename(id: "1", nam: "{CANARY}") {{ name }} }}')
    await gateway.ask(f'mutation {{ rename(id: "1", name: "{CANARY}" {{ name }} }}')
    await gateway.ask(
        f"query A {{ hello }} {rename.replace('mutation', 'mutation B')}", operationName="A"
    )
    runtime = gateway.active.current
    assert runtime is not None
    kept = repr((runtime.operations.keys(), runtime.rejected.keys()))
    metrics = (await gateway.client.get("/metrics")).text
    printed = capsys.readouterr()
    for place in (kept, metrics, printed.out, printed.err):
        assert CANARY not in place


async def test_caches_stay_bounded_and_junk_evicts_no_plan(shop: Shop) -> None:
    bounds = {"operations": 20, "rejected": 10}
    async with running_gateway(SUPERGRAPH, shop.subgraphs, cache=bounds) as gateway:
        await gateway.ask("{ hello }")
        for number in range(100):
            await gateway.ask(f"{{ nothing{number} }}")
        runtime = gateway.active.current
        assert runtime is not None
        assert (len(runtime.operations), len(runtime.rejected)) == (1, 10)
        for number in range(100):
            await gateway.ask(f"{{ a{number}: hello }}")
        assert len(runtime.operations) == 20


async def test_a_document_is_prepared_once(gateway: RunningGateway) -> None:
    for number in range(3):
        await gateway.ask("query ($n: String) { hello(name: $n) }", variables={"n": str(number)})
    runtime = gateway.active.current
    assert runtime is not None
    assert len(runtime.operations) == 1


def test_the_least_recently_used_goes_first() -> None:
    cache: BoundedCache[str, int] = BoundedCache(entries=2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)
    assert cache.keys() == ["c", "a"]


def test_weights_are_bounded_and_the_heaviest_not_kept() -> None:
    cache: BoundedCache[str, int] = BoundedCache(entries=100, weight=100)
    cache.put("huge", 1, 26)
    assert len(cache) == 0
    for name in "abcdefg":
        cache.put(name, 1, 20)
    assert (len(cache), cache.total) == (5, 100)
    cache.put("g", 1, 10)
    assert cache.total == 90


async def test_long_names_and_headers_are_not_remembered() -> None:
    """Bounds are on sizes: so many of what clients write at any length would be gigabytes."""
    forwarding = {"trusted_proxies": ["10.0.0.0/8"], "access_log": "off"}
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, **forwarding) as gateway:

        async def send(number: int) -> None:
            long = f"{number}" + "x" * 50_000
            named = json.dumps({"query": "{ hello }", "operationName": long})
            assert codes((await gateway.post(named)).json()) == ["OPERATION_RESOLUTION_FAILURE"]
            headers = {
                "accept": f"application/json, x/{long}",
                "accept_encoding": f"gzip, {long}",
                "x_forwarded_for": f"{long}, 192.0.2.1",
            }
            assert (await gateway.post('{"query": "{ hello }"}', **headers)).status_code == 200

        tracemalloc.start()
        try:
            await send(0)
            gc.collect()
            before, _ = tracemalloc.get_traced_memory()
            for number in range(1, 51):
                await send(number)
            gc.collect()
            after, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert after - before < 1_000_000 < 50 * 4 * 50_000


@pytest.mark.parametrize(
    "refused",
    ["{{ hello unknown{0} }}", "{{ hello{0}", "query A{0} {{ hello }} query B {{ hello }}"],
)
async def test_what_is_refused_keeps_nothing_of_who_asked(refused: str) -> None:
    """Refusals are remembered by the hundred, for whoever asks again, variables and all are not."""
    variables = {"given": "x" * 200_000}
    async with running_gateway(SUPERGRAPH, Shop().subgraphs, access_log="off") as gateway:

        async def send(number: int) -> None:
            body = json.dumps({"query": refused.format(number), "variables": variables})
            for _ in range(2):  # the second time it is remembered
                assert codes((await gateway.post(body)).json()) != []

        tracemalloc.start()
        try:
            await send(0)
            gc.collect()
            before, _ = tracemalloc.get_traced_memory()
            for number in range(1, 31):
                await send(number)
            gc.collect()
            after, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert after - before < 1_000_000 < 30 * 200_000
