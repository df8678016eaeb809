"""Faults 75, 76, 79, 86, and the deadline: what a request carries arrives, or is refused.

The subgraph is a real socket that shows the bytes it got; the client's headers go in as they stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from gateway.composition import SubgraphSource, compose
from gateway.config.settings import GatewaySettings
from gateway.http.app import create_app
from tests.testkit.raw_server import RawServer, Reply, raw_server, whole

SDL = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
scalar Number
input Box { n: Number  many: [Number!] }
type Query {
  any(n: Number, box: Box): String
  plain(int: Int, float: Float, id: ID): String
  rows(first: Int): [Row!]
}
type Row { a: Int }
type Mutation { put(n: Number): String }
"""
ANSWER = whole(b'{"data":{"any":null,"plain":null,"rows":[],"put":null}}')
JSON = ("content-type", "application/json")
CLIENTS = ["http1", "pyreqwest", "httpx2"]


@asynccontextmanager
async def asked(
    folder: Path, reply: Reply = ANSWER, **settings: Any
) -> AsyncIterator[tuple[httpx2.AsyncClient, RawServer]]:
    """A gateway before one subgraph."""
    async with raw_server(reply) as server:
        file = folder / "supergraph.graphql"
        file.write_text(compose([SubgraphSource("one", server.url, SDL)]).supergraph_sdl)
        app = create_app(
            GatewaySettings(supergraph=str(file), supergraph_poll_seconds=0, **settings)
        )
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=app), base_url="http://gateway.test"
            ) as client,
        ):
            yield client, server


def headers_of(request: bytes) -> list[tuple[str, str]]:
    head = request.partition(b"\r\n\r\n")[0].decode("latin-1")
    pairs = (line.partition(": ") for line in head.split("\r\n")[1:])
    return [(name.lower(), value) for name, _, value in pairs]


def values_of(request: bytes, name: str) -> str:
    return ", ".join(value for known, value in headers_of(request) if known == name)


QUERY = b'{"query":"{ any }"}'


@pytest.mark.parametrize("client_name", CLIENTS)
async def test_76_headers_that_come_twice_arrive_with_all_values(
    tmp_path: Path, client_name: str
) -> None:
    rules = {"forward": ["tracestate", "accept-language", "x-tag", "cookie"]}
    settings: dict[str, Any] = {
        "subgraph_client": client_name,
        "all_subgraphs": {"headers": rules},
    }
    async with asked(tmp_path, **settings) as (client, server):
        headers = [
            JSON, ("tracestate", "a=1"), ("accept-language", "de"), ("X-Tag", "one"),
            ("tracestate", "b=2"), ("accept-language", "en;q=0.5"), ("x-tag", "two, three"),
            ("cookie", "a=1"), ("cookie", "b=2"), ("x-other", "1"), ("x-other", "2"),
        ]  # fmt: skip
        response = await client.post("/graphql", content=QUERY, headers=headers)
    assert response.status_code == 200
    [request] = server.requests
    assert values_of(request, "tracestate") == "a=1, b=2"
    assert values_of(request, "accept-language") == "de, en;q=0.5"
    assert values_of(request, "x-tag") == "one, two, three"
    assert values_of(request, "cookie") == "a=1; b=2"
    assert values_of(request, "x-other") == ""


@pytest.mark.parametrize("client_name", CLIENTS)
async def test_76_response_headers_that_come_twice_reach_the_client(
    tmp_path: Path, client_name: str
) -> None:
    cookies = "set-cookie: a=1; expires=Sun, 29 Nov 2026 12:00:00 GMT\r\nSet-Cookie: b=2\r\n"
    reply = whole(b'{"data":{"any":null}}', headers=f"{cookies}x-secret: 1\r\nlink: <a>\r\n")
    settings = {"subgraph_client": client_name, "response_headers": ["Set-Cookie", "link"]}
    async with asked(tmp_path, reply, **settings) as (client, _):
        response = await client.post("/graphql", content=QUERY, headers=[JSON])
    assert response.headers.get_list("set-cookie") == [
        "a=1; expires=Sun, 29 Nov 2026 12:00:00 GMT", "b=2",
    ]  # fmt: skip
    assert response.headers["link"] == "<a>"
    assert "x-secret" not in response.headers


@pytest.mark.parametrize("options", ["X-Tag", "close, x-tag", "keep-alive ,x-tag, x-nothing"])
async def test_283_what_a_connection_header_names_goes_no_further(
    tmp_path: Path, options: str
) -> None:
    rules = {"forward": ["x-tag", "x-other"]}
    head = "connection: X-Hop, keep-alive\r\nx-hop: 1\r\nlink: <a>\r\n"
    reply = whole(b'{"data":{"any":null}}', headers=head)
    settings = {"all_subgraphs": {"headers": rules}, "response_headers": ["x-hop", "link"]}
    async with asked(tmp_path, reply, **settings) as (client, server):
        headers = [JSON, ("connection", options), ("x-tag", "1"), ("x-other", "2")]
        response = await client.post("/graphql", content=QUERY, headers=headers)
    assert response.json() == {"data": {"any": None}}
    [request] = server.requests
    assert values_of(request, "x-tag") == ""
    assert values_of(request, "x-other") == "2"
    assert "x-hop" not in response.headers
    assert response.headers["link"] == "<a>"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("authorization", ["Bearer a.b.c", "Bearer d.e.f"]),
        ("Authorization", ["Bearer a.b.c", "Bearer a.b.c"]),
        ("authorization", ["", "Bearer a.b.c"]),
        ("content-type", ["application/json"]),
        ("origin", ["https://a.test", "https://b.test"]),
        ("host", ["a.test", "b.test"]),
    ],
)
async def test_75_two_of_what_there_is_one_of_are_refused(
    tmp_path: Path, name: str, values: list[str]
) -> None:
    async with asked(tmp_path) as (client, server):
        headers = [JSON, *((name, value) for value in values)]
        response = await client.post("/graphql", content=QUERY, headers=headers)
        assert response.status_code == 400, response.text
        assert name.lower() in response.json()["errors"][0]["message"]
        get = await client.get(
            "/graphql?query=%7Bany%7D",
            headers=[("x-requested-with", "1"), *((name, value) for value in values * 2)],
        )
        assert get.status_code == 400
    assert server.requests == []


NUMBERS = [
    "18446744073709551616", "-18446744073709551616", "9223372036854775808",
    "123456789012345678901234567890", "0.12345678901234567890123", "1e400", "-1E+400", "1e-400",
    "1.10", "1.0", "-0", "-0.0", "0", "7", "1.5", "9007199254740.9937", "1E5", "12345678901234567",
    "1" * 5_000, "0." + "3" * 5_000,
]  # fmt: skip


def holds(body: str, number: str) -> bool:
    """Whether ``number`` stands in ``body`` by itself: in a document or among the variables."""
    return re.search(rf"[:=]{re.escape(number)}[,)}}\]]", body) is not None


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:30])
async def test_79_numbers_of_custom_scalars_arrive_as_they_were_written(
    tmp_path: Path, number: str
) -> None:
    query = "query($n: Number, $box: Box) { any(n: $n, box: $box) }"
    text = (
        f'{{"query":"{query}","variables":{{"n":{number},'
        f'"box":{{"n": {number} ,"many":[{number},1,{number}]}}}}}}'
    )
    async with asked(tmp_path) as (client, server):
        response = await client.post("/graphql", content=text.encode(), headers=[JSON])
        assert "errors" not in response.json()
        defaulted = f"query($n: Number = {number}) {{ any(n: $n) }}"
        body = json.dumps({"query": defaulted})
        await client.post("/graphql", content=body.encode(), headers=[JSON])
        only = quote(f'{{"n":{number}}}')
        by_get = f"/graphql?query={quote(query)}&variables={only}"
        got = await client.get(by_get, headers={"x-requested-with": "1"})
        assert got.status_code == 200
        # Literals too; documents that differ in nothing else share a plan.
        for literal in ("2.50", number):
            query = f"{{ any(n: {literal}, box: {{ n: {literal} }}) }}"
            await client.post("/graphql", json={"query": query})
    first, second, third, _, last = (
        raw.partition(b"\r\n\r\n")[2].decode() for raw in server.requests
    )
    assert f'"n":{number},' in first
    assert f'"many":[{number},1,{number}]' in first
    # A default of an operation may also stay in its document.
    assert holds(second, number)
    assert f'"variables":{{"n":{number}}}' in third
    assert holds(last, number)


@pytest.mark.parametrize(
    ("variables", "accepted"),
    [
        ('{"int": 18446744073709551616}', False),
        ('{"int": 2147483648}', False),
        ('{"int": 1e400}', False),
        ('{"int": 1.5}', False),
        ('{"float": 1e400}', False),
        ('{"int": 1e3}', True),
        ('{"float": 0.12345678901234567890123}', True),
        ('{"float": 123456789012345678901234567890}', False),
        ('{"id": 123456789012345678901234567890}', True),
    ],
)
async def test_79_numbers_of_known_scalars_arrive_or_are_refused(
    tmp_path: Path, variables: str, accepted: bool
) -> None:
    query = "query($int: Int, $float: Float, $id: ID) { plain(int: $int, float: $float, id: $id) }"
    text = f'{{"query":"{query}","variables":{variables}}}'
    async with asked(tmp_path) as (client, server):
        response = await client.post("/graphql", content=text.encode(), headers=[JSON])
    if accepted:
        assert "errors" not in response.json()
        assert variables.replace(" ", "") in server.requests[0].decode()
    else:
        assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        assert server.requests == []


async def test_a_size_written_with_an_exponent_costs_what_it_is(tmp_path: Path) -> None:
    text = b'{"query":"query($n: Int) { rows(first: $n) { a } }","variables":{"n":%b}}'
    async with asked(tmp_path, limits={"cost": 500}) as (client, _):
        for number in (b"900", b"9e2", b"900.0", b"9.00e2"):
            refused = await client.post("/graphql", content=text % number, headers=[JSON])
            assert refused.json()["errors"][0]["extensions"]["code"] == "OPERATION_TOO_COMPLEX"


REPEATED = [
    '{"query":"{ any }","query":"{ plain }"}',
    '{"query":"{ any }","variables":{},"variables":{"n":1}}',
    '{"query":"{ any }","variables":{"n":1,"n":1}}',
    '{"query":"{ any }","variables":{"box":{"n":1,"many":[],"n":2}}}',
    '{"query":"{ any }","variables":{"n":[[{"a":"b:c","\\u0061":1}]]}}',
    '{"query":"{ any }","variables":{"n\\u003a":1,"m":1,"m":2}}',
    '{"query":"{ any }","variables":{"":1,"":2}}',
    '{"query":"{ any }","extensions":{"a":1,"a":2}}',
    '{"query":"{ any }","x":1,"x":1}',
    '[{"query":"{ any }"},{"query":"{ any }","query":"{ any }"}]',
    '{"query":"{ any }","variables":{"n":1.5,"m":1,"m":1}}',
    '{"query":"{ any }","padding":"' + "x" * 20_000 + '","a":1,"a":1}',
]


@pytest.mark.parametrize("body", REPEATED, ids=range(len(REPEATED)))
async def test_86_equal_keys_in_an_object_are_refused(tmp_path: Path, body: str) -> None:
    async with asked(tmp_path) as (client, server):
        response = await client.post("/graphql", content=body.encode(), headers=[JSON])
        assert response.status_code == 400, response.text
        assert "twice" in response.json()["errors"][0]["message"]
    assert server.requests == []


@pytest.mark.parametrize(
    "body",
    [
        '{"query":"{ any(n: \\"a:b:c\\") }","variables":{"a:b":1,"c":{"a:b":2}}}',
        '{"query":"{ any }","variables":{"n":[{"a":1},{"a":1}]}}',
        '{"query":"{ any }","variables":{"a":1,"A":1,"\\u00e4":1}}',
        '[{"query":"{ any }"},{"query":"{ any }"}]',
    ],
)
async def test_86_keys_of_different_objects_may_be_equal(tmp_path: Path, body: str) -> None:
    async with asked(tmp_path) as (client, _):
        response = await client.post("/graphql", content=body.encode(), headers=[JSON])
    assert response.status_code == 200, response.text


@pytest.mark.parametrize(
    "text",
    [
        b'{"query":"{ any }","variables":{"n":NaN}}',
        b'{"query":"{ any }","variables":{"n":-Infinity}}',
        b'{"query":"{ any }","variables":{"n":01}}',
        b'{"query":"{ any }","variables":{"n":1.}}',
        b'{"query":"{ any }","variables":{"n":.5}}',
        b'{"query":"{ any }","variables":{"n":+1}}',
        b'{"query":"{ any }","variables":{"n":"\\ud800"}}',
        b'{"query":"{ any }","variables":{"n":"\\udc00","m":1e400}}',
        b'{"query":"{ any }","variables":{"n":"\xff"}}',
        b'{"query":"{ any }","variables":{"n":' + b"[" * 700 + b"1e400" + b"]" * 700 + b"}}",
        b'{"query":"{ any }","variables":{"n":' + b"[" * 100_000,
        b'\xef\xbb\xbf{"query":"{ any }"}',
    ],
    ids=range(12),
)
async def test_what_is_not_json_stays_refused(tmp_path: Path, text: bytes) -> None:
    async with asked(tmp_path) as (client, server):
        response = await client.post("/graphql", content=text, headers=[JSON])
    assert response.status_code == 400, response.text
    assert server.requests == []


@pytest.mark.parametrize("client_name", CLIENTS)
async def test_a_subgraph_is_told_what_is_left_of_the_deadline(
    tmp_path: Path, client_name: str
) -> None:
    rules = {"forward": ["x-deadline-ms"]}
    settings: dict[str, Any] = {
        "subgraph_client": client_name,
        "times": {"request": 20},
        "subgraphs": {"one": {"timeout_seconds": 7, "headers": rules}},
    }
    async with asked(tmp_path, **settings) as (client, server):
        for _ in range(2):
            await client.post("/graphql", content=QUERY, headers=[JSON, ("x-deadline-ms", "9")])
    told = [int(values_of(request, "x-deadline-ms")) for request in server.requests]
    assert len(told) == 2
    assert all(5_000 < milliseconds <= 7_000 for milliseconds in told)
