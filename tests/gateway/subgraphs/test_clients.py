"""All HTTP clients against real sockets: what a subgraph may do to the gateway."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest

from gateway.subgraphs import BreakerState, HeaderRules, breaker
from gateway.subgraphs.protocol import (
    SubgraphReplyInvalid,
    SubgraphTimeout,
    SubgraphUnreachable,
)
from tests.gateway.subgraphs.conftest import Make, post
from tests.testkit.ports import free_port
from tests.testkit.raw_server import (
    dying,
    hanging_up,
    raw_server,
    silent,
    trickling,
    whole,
)

OK = whole(b'{"data":{}}', headers="cache-control: max-age=5\r\nset-cookie: a=b\r\n")


async def test_a_reply_arrives_with_the_headers_worth_keeping(make: Make) -> None:
    async with raw_server(OK) as server:
        reply = await make(server.url).send(post())
    assert (reply.status, reply.body) == (200, b'{"data":{}}')
    assert reply.headers == {
        "content-type": ("application/json",),
        "cache-control": ("max-age=5",),
    }


async def test_headers_follow_the_rules(make: Make) -> None:
    rules = HeaderRules(
        forward=frozenset({"authorization", "x-old"}),
        rename=(("x-old", "x-new"),),
        insert=(("x-gateway-key", "k"),),
        remove=frozenset({"x-client-ip"}),
    )
    async with raw_server(OK) as server:
        await make(server.url, headers=rules).send(
            post(
                authorization="Bearer t",
                x_old="1",
                x_other="2",
                x_request_id="r",
                x_client_ip="1.2.3.4",
                connection="upgrade",
                host="evil",
            )
        )
    (request,) = server.requests
    head = request.decode().lower()
    for line in ("authorization: bearer t", "x-new: 1", "x-gateway-key: k", "x-request-id: r"):
        assert f"\r\n{line}\r\n" in head
    for absent in ("x-old", "x-other", "x-client-ip", "upgrade", "evil"):
        assert absent not in head


async def test_connections_are_kept(make: Make) -> None:
    async with raw_server(OK) as server:
        client = make(server.url)
        for _ in range(5):
            await client.send(post())
    assert server.connections == 1


@pytest.mark.parametrize("death", [dying, hanging_up])
async def test_a_query_whose_connection_dies_is_sent_once_more(make: Make, death: Any) -> None:
    async with raw_server(death, OK) as server:
        reply = await make(server.url).send(post())
        assert reply.body == b'{"data":{}}'
    assert len(server.requests) == 2


@pytest.mark.parametrize("death", [dying, hanging_up])
async def test_a_mutation_is_never_sent_twice(make: Make, death: Any) -> None:
    async with raw_server(death, OK) as server:
        with pytest.raises(SubgraphUnreachable):
            await make(server.url).send(post(is_query=False))
    assert len(server.requests) == 1


async def test_a_connection_that_died_while_idle_does_not_fail_a_mutation_silently(
    make: Make,
) -> None:
    async def once(writer: asyncio.StreamWriter, server: Any) -> None:
        await OK(writer, server)
        writer.close()

    async with raw_server(once) as server:
        client = make(server.url)
        for expected in (1, 2, 3):
            await client.send(post(is_query=False))
            await asyncio.sleep(0.05)
            assert len(server.requests) == expected


async def test_one_byte_at_a_time_ends_at_the_total_deadline(make: Make) -> None:
    async with raw_server(trickling) as server:
        client = make(server.url, timeout=0.3)
        async with asyncio.timeout(30):
            with pytest.raises(SubgraphTimeout):
                await client.send(post(seconds=3_600))
    assert len(server.requests) == 1


async def test_the_exchanges_deadline_cuts_the_subgraphs_own_short(make: Make) -> None:
    async with raw_server(silent) as server:
        client = make(server.url, timeout=60, breaker_failures=1)
        with pytest.raises(SubgraphTimeout):
            await client.send(post(seconds=0.2))
        assert client.breaker_state is BreakerState.CLOSED


async def test_bodies_are_capped_before_and_after_decompression(make: Make) -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    gzipped = "content-encoding: gzip\r\n"
    small = gzip.compress(b'{"data":{}}')
    async with raw_server(
        whole(b" " * 2_000), whole(bomb, headers=gzipped), whole(small, headers=gzipped),
        whole(small[:-9], headers=gzipped), whole(small + small, headers=gzipped),
        whole(b"x", headers="content-encoding: zstd\r\n"),
    ) as server:  # fmt: skip
        client = make(server.url, max_reply_bytes=1_500, compression=True)
        with pytest.raises(SubgraphReplyInvalid, match="larger"):
            await client.send(post())
        with pytest.raises(SubgraphReplyInvalid, match="larger"):
            await client.send(post())
        assert (await client.send(post())).body == b'{"data":{}}'
        with pytest.raises(SubgraphReplyInvalid, match="early"):
            await client.send(post())
        with pytest.raises(SubgraphReplyInvalid, match="behind its end"):
            await client.send(post())
        with pytest.raises(SubgraphReplyInvalid, match="zstd"):
            await client.send(post())


async def test_redirects_are_not_followed(make: Make) -> None:
    moved = whole(b"", status="307 Temporary Redirect", headers="location: /other\r\n")
    async with raw_server(moved, OK) as server:
        reply = await make(server.url).send(post())
    assert reply.status == 307
    assert len(server.requests) == 1


async def test_cancelled_calls_leak_no_slot(make: Make) -> None:
    async with raw_server(*[silent] * 8, OK) as server:
        client = make(server.url, concurrency=2, breaker_failures=2)
        tasks = [asyncio.create_task(client.send(post())) for _ in range(8)]
        for _ in range(4):
            await asyncio.sleep(0.03)
            for task in [t for t in tasks if not t.done()][:2]:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        server.replies[:] = [OK]
        assert client.breaker_state is BreakerState.CLOSED
        replies = await asyncio.gather(*(client.send(post()) for _ in range(6)))
    assert [reply.status for reply in replies] == [200] * 6


async def test_waiting_for_a_slot_ends_at_the_deadline(make: Make) -> None:
    async with raw_server(silent) as server:
        client = make(server.url, concurrency=1)
        first = asyncio.create_task(client.send(post()))
        await server.until_asked()
        with pytest.raises(SubgraphTimeout):
            await client.send(post(seconds=0.1))
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)


async def test_a_subgraph_that_is_away_and_comes_back(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "_FIRST_COOLDOWN", 3_600.0)
    port = free_port()
    heard: list[str] = []

    class Observer:
        def attempted(self, subgraph: str, outcome: str, seconds: float) -> None:
            heard.append(outcome)

        def breaker_changed(self, subgraph: str, state: BreakerState) -> None:
            heard.append(state.value)

    client = make(f"http://127.0.0.1:{port}/graphql", Observer(), breaker_failures=3)
    for _ in range(4):
        with pytest.raises(SubgraphUnreachable):
            await client.send(post())
    assert heard == ["SubgraphUnreachable"] * 3 + ["open"]
    client._breaker._retry_at = 0.0  # the cool-down is over
    for _ in range(2):
        async with raw_server(OK, port=port) as server:
            async with asyncio.timeout(30):
                while client.breaker_state is not BreakerState.CLOSED or not server.requests:
                    try:
                        await client.send(post())
                    except SubgraphUnreachable:
                        await asyncio.sleep(0.02)
    assert "closed" in heard
