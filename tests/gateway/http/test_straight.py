"""The straight path answers what the general one would, or leaves it to that one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.subgraphs.http1.joint_writes import FEW
from shared.loop.deadlines import LAST_LOOK_SECONDS
from tests.gateway.http.connections import NAMED, QUERY, Connection, request, without_id
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.gateway.security.tokens import SETTINGS, bearer
from tests.testkit.gateway import RunningGateway, running_gateway


async def both(gateway: RunningGateway, sent: bytes) -> tuple[bytes, bool]:
    """Send it twice on either path; return the one answer, and whether it could go straight."""
    general, straight = Connection(gateway, straight=False), Connection(gateway)
    expected = {without_id(await general.ask(sent)) for _ in range(2)}
    got = {without_id(await straight.ask(sent)) for _ in range(2)}
    assert got == expected
    assert not general.went_straight
    [answer] = got
    return answer, straight.went_straight


@pytest.mark.parametrize(
    "sent",
    [
        request(),
        request(NAMED),
        request({**QUERY, "operationName": "Names"}),
        request(accept="application/graphql-response+json"),
        request(accept="*/*", graphql_client_name="app", graphql_client_version="1"),
        request(accept_encoding="gzip, br"),
        request({"query": "{ item(id: 9) { id count } }"}),
        request(connection="Keep-Alive"),
        request(x_forwarded_for="1.2.3.4", user_agent="test", cookie="a=b"),
        # May hold a password, so it is not kept, and new each time.
        request({"query": 'mutation { rename(id: 1, name: "x") { id } }'}),
    ],
)
async def test_what_is_known_goes_straight(gateway: RunningGateway, sent: bytes) -> None:
    answer, went_straight = await both(gateway, sent)
    assert went_straight
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request(method="PUT"), 405),
        (request(path="/graphql?x=1"), 200),
        (request(content_type="text/plain"), 415),
        (request(content_type=""), 415),
        (request(accept="text/html"), 406),
        (request(accept="text/event-stream"), 406),
        (request(origin="https://other.example"), 200),
        (request(content_encoding="gzip"), 400),
        (request(b"{"), 400),
        (request(b'{"query": "{ hello }", "query": "{ hello }"}'), 400),
        (request([QUERY]), 200),
        (request({"query": "{ nothing }"}), 200),
        (request({**NAMED, "variables": {"n": 1}}), 200),
        (request({"query": "{ __schema { queryType { name } } }"}), 200),
        (request({"query": "mutation { rename(id: 1, name: null) { id } }"}), 200),
        (request({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}), 200),
        (request(expect="100-continue"), 100),
        (request(connection="close"), 200),
        (request(connection="keep-alive, accept-language", accept_language="de"), 200),
    ],
)
async def test_anything_else_is_the_general_paths(
    gateway: RunningGateway, sent: bytes, status: int
) -> None:
    if b"connection: close" in sent or status == 100:
        connection = Connection(gateway)
        answer, went_straight = await connection.ask(sent), connection.went_straight
    else:
        answer, went_straight = await both(gateway, sent)
    assert not went_straight
    assert answer.startswith(b"HTTP/1.1 %d" % status)


@pytest.mark.parametrize(
    "query",
    [
        "{ %s: hello }",
        "query %s($n: Int!) { item(id: $n) { id } }",
        "mutation { %s: rename(id: 1, name: null) { id } }",
        "subscription { %s }",
        "{ %s: nothing }",
        "{ %s: hello",
        "{ %s: __schema { queryType { name } } }",
        "query A { %s: hello } query B { hello }",
        "{ %s: item(id: 1) { id count(x: 1) } }",
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_new_documents_are_answered_alike(
    gateway: RunningGateway, query: str, accept: str
) -> None:
    general, straight = Connection(gateway, straight=False), Connection(gateway)
    answers = [
        await connection.ask(request({"query": query % name}, accept=accept))
        for connection, name in ((general, "one"), (straight, "two"))
    ]
    assert straight.went_straight
    assert not general.went_straight
    told = [without_id(answer).replace(b"one", b"two") for answer in answers]
    assert told[0] == told[1]


async def test_a_header_that_comes_twice_is_looked_at(gateway: RunningGateway) -> None:
    twice = request(authorization="Bearer x").replace(
        b"host: x", b"host: x\r\nauthorization: Bearer y"
    )
    answer, went_straight = await both(gateway, twice)
    assert not went_straight
    assert answer.startswith(b"HTTP/1.1 400")


async def test_only_tokens_verified_before_go_straight(shop: Shop) -> None:
    async with running_gateway(SUPERGRAPH, shop.subgraphs, **SETTINGS) as gateway:
        good, bad = request(**bearer()), request(**bearer(secret="another" * 8))
        connection, seen = Connection(gateway), []
        for sent in (request(), good, good, bad, bad):  # the first makes the document known
            answer = await connection.ask(sent)
            seen.append((answer[9:12], connection.went_straight))
    good_ones = [(b"200", True), (b"200", False), (b"200", True)]
    assert seen == [*good_ones, (b"401", False), (b"401", False)]


@pytest.mark.parametrize("limit", ["per_client", "per_user"])
async def test_rates_are_counted_on_either_path(shop: Shop, limit: str) -> None:
    rate = {limit: 4, "seconds": 3_600}
    async with running_gateway(SUPERGRAPH, shop.subgraphs, rate=rate, **SETTINGS) as gateway:
        general, straight = Connection(gateway, straight=False), Connection(gateway)
        sent = request(**bearer())
        for connection in (general, straight, general, straight):
            assert b" 200 OK" in await connection.ask(sent)
        refused = [await connection.ask(sent) for connection in (general, straight)]
        assert straight.went_straight
        metrics = (await gateway.client.get("/metrics")).text
    told = [re.sub(rb"[0-9]{2,4}", b"N", without_id(answer)) for answer in refused]
    assert told[0] == told[1]  # but for the seconds that are left
    assert refused[1].startswith(b"HTTP/1.1 429")
    assert b"retry-after: " in refused[1]
    assert b"RATE_LIMITED" in refused[1]
    assert 'graphql_errors_total{code="RATE_LIMITED"} 2.0' in metrics


async def test_a_body_in_pieces_and_a_pipeline_are_answered_in_order(
    gateway: RunningGateway,
) -> None:
    connection = Connection(gateway)
    sent = request()
    whole = without_id(await connection.ask(sent))
    assert without_id(await connection.ask(sent[:30], sent[30:-10], sent[-10:])) == whole
    assert without_id(await connection.ask(sent)) == whole
    assert connection.went_straight
    named = request(NAMED)
    answers = await connection.ask(sent + named + sent, answers=3)
    bodies = re.findall(rb"\{\"data\".*?\}(?=HTTP|$)", answers)
    assert [b"hello you" in body for body in bodies] == [False, True, False]


async def test_a_client_that_hangs_up_ends_its_query(shop: Shop, gateway: RunningGateway) -> None:
    connection = Connection(gateway)
    await connection.ask(request())
    shop.asked.clear()
    shop.may_answer.clear()
    before = len(connection.transport.written)
    connection.protocol.data_received(request())
    await shop.asked.wait()
    assert connection.went_straight
    connection.close()
    await nobody_in_flight(gateway)
    assert shop.cancelled == 1
    assert len(connection.transport.written) == before
    assert 'status="499"' in (await gateway.client.get("/metrics")).text


async def test_a_client_that_hangs_up_at_once_takes_no_place_up(gateway: RunningGateway) -> None:
    connection = Connection(gateway)
    await connection.ask(request())
    connection.protocol.data_received(request())
    assert gateway.app.state.straight.admission.in_flight == 1
    connection.close()  # before the task has begun
    await nobody_in_flight(gateway)


async def nobody_in_flight(gateway: RunningGateway) -> None:
    """Wait until every request has ended."""
    async with asyncio.timeout(30):
        while gateway.app.state.straight.admission.in_flight:
            await asyncio.sleep(0.005)


async def test_a_server_that_stops_lets_the_answer_out_and_closes(
    shop: Shop, gateway: RunningGateway
) -> None:
    connection = Connection(gateway)
    await connection.ask(request())
    shop.may_answer.clear()
    connection.protocol.data_received(request())
    assert connection.went_straight
    connection.protocol.shutdown()
    assert not connection.transport.is_closed
    shop.may_answer.set()
    answer = await connection.ask()
    assert b"\r\nconnection: close\r\n" in answer
    assert connection.transport.is_closed


@asynccontextmanager
async def waiting(connection: Connection) -> AsyncIterator[None]:
    """Ask, with many calls of subgraphs under way; within, the answer waits for others."""
    writes = connection.protocol._writes  # which other tests have, too
    await connection.ask(request())
    writes.under_way += FEW + 1
    connection.protocol.data_received(request())
    async with asyncio.timeout(30):
        while not writes._waiting:
            await asyncio.sleep(0)
    assert connection.transport.written.count(b"HTTP/1.1 ") == 1
    yield
    writes.under_way -= FEW + 1


async def test_an_answer_waits_a_turn_for_others(gateway: RunningGateway) -> None:
    connection = Connection(gateway)
    async with waiting(connection):
        await asyncio.sleep(0)
        first, second = connection.transport.written.split(b"HTTP/1.1 ")[1:]
        assert without_id(first) == without_id(second)
        assert b'"data"' in await connection.ask(request())
    assert connection.went_straight


async def test_a_server_that_stops_lets_a_waiting_answer_out(gateway: RunningGateway) -> None:
    connection = Connection(gateway)
    async with waiting(connection):
        connection.protocol.shutdown()
        assert not connection.transport.is_closed
        await asyncio.sleep(0)
    assert connection.transport.written.count(b"HTTP/1.1 ") == 2
    assert b"connection: close\r\n" in connection.transport.written
    assert connection.transport.is_closed


async def test_a_client_that_hangs_up_is_not_written_to(gateway: RunningGateway) -> None:
    connection = Connection(gateway)
    async with waiting(connection):
        connection.close()
        await asyncio.sleep(0)
    assert connection.transport.written.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("straight", [True, False])
async def test_what_came_just_before_a_stop_is_answered(
    gateway: RunningGateway, straight: bool
) -> None:
    connection, idle = Connection(gateway, straight=straight), Connection(gateway)
    await connection.ask(request())
    for stopping in (connection, idle):
        stopping.protocol.shutdown()
    answer = await connection.ask(request())
    assert b" 200 OK" in answer
    assert b"\r\nconnection: close\r\n" in answer
    assert connection.transport.is_closed
    await asyncio.sleep(2 * LAST_LOOK_SECONDS)
    assert idle.transport.is_closed


async def test_a_fault_of_ours_is_told_as_one(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = Connection(gateway)
    await connection.ask(request())

    async def broken(*_: Any) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("gateway.http.straight.carry_out", broken)
    answer = await connection.ask(request())
    assert connection.went_straight
    assert answer.startswith(b"HTTP/1.1 500")
    assert b"secret" not in answer
    assert b"INTERNAL" in answer


async def test_a_failing_subgraph_gives_the_same_errors(
    shop: Shop, gateway: RunningGateway
) -> None:
    await both(gateway, request())
    shop.names.clear()
    shop.names["nobody"] = "counts it"  # the stock takes numbers only
    answer, went_straight = await both(gateway, request())
    assert went_straight
    assert b'"errors"' in answer


async def test_documents_in_use_stay_known(gateway: RunningGateway) -> None:
    connection = Connection(gateway)
    await connection.ask(request())
    await connection.ask(request())
    runtime = gateway.active.current
    assert runtime is not None
    runtime.documents.put(("{ other }", None), runtime.documents.get((QUERY["query"], None)), 1)  # type: ignore[arg-type]
    await connection.ask(request())
    assert connection.went_straight
    assert runtime.documents.keys()[0] == (QUERY["query"], None)


HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "content_type": st.sampled_from(
            ["application/json", "application/json; charset=utf-8", "application/graphql", "x/y"]
        ),
        "accept": st.sampled_from(
            ["*/*", "application/graphql-response+json", "text/html, application/*;q=0.5", "a/b"]
        ),
        "accept_encoding": st.sampled_from(["br", "gzip;q=0", "identity"]),
        "origin": st.sampled_from(["null", "https://a.example", "http://localhost:3000"]),
        "x_forwarded_for": st.sampled_from(["1.2.3.4", "nonsense, 5.6.7.8"]),
        "authorization": st.sampled_from(["Bearer x", "Basic eDp5", "Bearer"]),
        "graphql_client_name": st.text("abc\u00e9", max_size=80),
        "upgrade": st.just("websocket"),
        "accept_language": st.text("de,\u00e9", max_size=5),
    },
)
BODIES = st.one_of(
    st.sampled_from([QUERY, NAMED, [QUERY], {"query": "{"}, {}, [], "text", b"\xff", b"{} x"]),
    st.fixed_dictionaries(
        {"query": st.sampled_from([QUERY["query"], NAMED["query"], "{ hello hello }"])},
        optional={
            "variables": st.sampled_from([None, {}, {"n": "a"}, {"n": [1]}, {"other": 1}, []]),
            "operationName": st.sampled_from([None, "Names", "Nobody", "", 1]),
            "extensions": st.sampled_from([None, {}, {"a": 1}, []]),
            "more": st.just(True),
        },
    ),
)


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(HEADERS, BODIES)
async def test_whatever_is_sent_both_paths_answer_alike(
    gateway: RunningGateway, headers: dict[str, str], body: Any
) -> None:
    sent = request(body, **headers)
    assert (await both(gateway, sent))[0].startswith(b"HTTP/1.1 ")
