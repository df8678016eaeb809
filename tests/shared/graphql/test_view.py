"""The HTTP door of a subgraph, entered through its middleware."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import orjson
import pytest

from shared.graphql.request import LONGEST_SLOWLY, MOST_MARKS
from shared.graphql.tracing import DURATION_NS, END_TIME, NANOS, ROOT, SECONDS, START_TIME
from shared.http import bodies
from tests.shared.subgraph_door import KEYS, client_of, make_app, post

GRAPHQL_JSON = "application/graphql-response+json"
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [b"", b'"x"', b"1", b"null", b"true", b"[]", b"[1]", b'[{"query":"{who}"}]', b"\xff\xfe",
     b"{", b"[" * 9_000, b'{"query": "{who}"', b"{}", b'{"query": 1}', b'{"query": ["{who}"]}',
     b'{"query":"{who}","variables":[]}', b'{"query":"{who}","variables":"x"}',
     b'{"query":"{who}","operationName":1}', b'{"query":"{who}","extensions":[]}',
     b'{"query":"{who}","operationName":"Other"}', b'{"query":""}',
     b'{"query":"{who}","variables":{"a":"\\ud800"}}', b'{"query":"{who}","variables":{"a":NaN}}'],
)  # fmt: skip
async def test_malformed_bodies_are_400_with_an_error(
    http: httpx2.AsyncClient, body: bytes
) -> None:
    response = await http.post(
        "/graphql", content=body, headers={"content-type": "application/json"}
    )
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"]
    assert "data" not in response.json()


@pytest.mark.parametrize("item", [b"1,", b"{},", b'{"a":1},', b"[[]],"])
async def test_a_body_of_more_values_than_are_answered_is_not_read(
    item: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    decode = orjson.loads

    def loads(body: bytes) -> Any:
        read.append(len(body))
        return decode(body)

    monkeypatch.setattr(orjson, "loads", loads)
    async with client_of(make_app(max_body_bytes=4_000_000), **KEYS) as http:
        for count in (MOST_MARKS, 100):
            values = b'{"query":"{ who }","variables":{"v":[' + item * count + b"1]}}"
            response = await http.post("/graphql", content=values, headers=JSON)
            assert response.status_code == (400 if count == MOST_MARKS else 200)
    assert len(read) == 1


async def test_a_long_body_is_not_read_slowly() -> None:
    long = b'{"query":"{ who }","variables":{"v":["%b",1e400]}}' % (b"x" * LONGEST_SLOWLY)
    async with client_of(make_app(max_body_bytes=4_000_000), **KEYS) as http:
        response = await http.post("/graphql", content=long, headers=JSON)
    assert response.status_code == 400
    assert "numbers past 64 bits" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_other_media_types_are_415(http: httpx2.AsyncClient, content_type: str) -> None:
    response = await http.post(
        "/graphql", content=b'{"query":"{who}"}', headers={"content-type": content_type}
    )
    assert response.status_code == 415


async def test_an_encoded_body_is_415(http: httpx2.AsyncClient) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    assert (await http.post("/graphql", content=b"x", headers=headers)).status_code == 415


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { queryType { name } } }",
        '{ ...F } fragment F on Query { __type(name: "Thing") { name } }',
    ],
)
async def test_introspection_can_be_switched_off_but_for_composition(query: str) -> None:
    async with client_of(make_app(introspection=False), **KEYS) as http:
        refused = await post(http, query)
        assert refused.status_code == 403
        assert refused.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        sdl = (await post(http, "{ _service { sdl } __typename }")).json()
        assert "type Thing" in sdl["data"]["_service"]["sdl"]


async def test_a_gateway_that_asks_for_a_trace_gets_one(http: httpx2.AsyncClient) -> None:
    began = time.time_ns()
    plain = await post(http, "{ who }")
    traced = await post(http, "{ who }", **{"apollo-federation-include-trace": "ftv1"})
    ended = time.time_ns()
    assert "extensions" not in plain.json()
    fields = dict(decoded(base64.b64decode(traced.json()["extensions"]["ftv1"])))
    instants = [dict(decoded(fields[number])) for number in (START_TIME, END_TIME)]
    started, done = (at[SECONDS] * 1_000_000_000 + at[NANOS] for at in instants)
    assert began <= started < done
    assert done - started == fields[DURATION_NS] < ended - began
    assert fields[ROOT] == b""


def decoded(message: bytes) -> Iterator[tuple[int, Any]]:
    """The fields of a protobuf message that has numbers and bytes."""
    position = 0

    def varint() -> int:
        nonlocal position
        value = shift = 0
        while True:
            byte = message[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while position < len(message):
        number, kind = divmod(varint(), 8)
        value = varint()
        if kind == 2:
            yield number, message[position : position + value]
            position += value
        else:
            yield number, value


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_only_post(http: httpx2.AsyncClient, method: str) -> None:
    response = await http.request(method, "/graphql?query={who}")
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


async def test_a_large_body_is_413_declared_or_chunked(http: httpx2.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(1_000):
            yield b" " * 1_000

    headers = {"content-type": "application/json"}
    declared = await http.post("/graphql", content=b" " * 20_000, headers=headers)
    chunked = await http.post("/graphql", content=chunks(), headers=headers)
    assert (declared.status_code, chunked.status_code) == (413, 413)


@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [
        ("{ who }", "application/json", 200),
        ("{ who }", GRAPHQL_JSON, 200),
        ("{ conflict }", GRAPHQL_JSON, 200),
        ("{ nope }", "application/json", 200),
        ("{ nope }", GRAPHQL_JSON, 400),
        ("{", GRAPHQL_JSON, 400),
    ],
)
async def test_statuses_follow_graphql_over_http(
    http: httpx2.AsyncClient, query: str, accept: str, status: int
) -> None:
    response = await post(http, query, accept=accept)
    assert response.status_code == status
    assert response.headers["content-type"] == accept


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("content-type", ("application/json", "text/plain")),
        ("content-encoding", ("identity", "gzip")),
        ("authorization", ("Bearer a", "Bearer b")),
    ],
)
async def test_what_there_is_one_of_may_not_come_twice(
    http: httpx2.AsyncClient, name: str, values: tuple[str, str]
) -> None:
    others = [(key, value) for key, value in JSON.items() if key != name]
    twice = [(name, value) for value in values]
    response = await http.post("/graphql", content=b'{"query":"{who}"}', headers=others + twice)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert name in response.json()["errors"][0]["message"]


async def test_metrics_count_without_letting_clients_name_series(
    http: httpx2.AsyncClient,
) -> None:
    await post(http, "{ who }")
    for number in range(20):
        await http.get(f"/nothing/{number}")
    text = (await http.get("/metrics")).text
    assert 'http_requests_total{method="POST",path="/graphql",status="200"} 1.0' in text
    assert 'path="other"' in text
    assert "nothing" not in text


async def test_a_body_that_does_not_arrive_is_not_waited_for(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.05)

    async def trickle() -> AsyncIterator[bytes]:
        for byte in b'{"query": "{ __typename }"}':
            yield bytes([byte])
            await asyncio.sleep(0.02)

    json_type = {"content-type": "application/json"}
    answer = await http.post("/graphql", content=trickle(), headers=json_type)
    assert answer.status_code == 408
    assert answer.json()["errors"][0]["extensions"]["code"] == "REQUEST_TIMEOUT"
