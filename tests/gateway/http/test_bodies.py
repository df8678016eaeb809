"""Malformed requests: each has its status, nothing is executed, nothing is echoed."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator

import brotli  # type: ignore[import-untyped]
import pytest
from starlette.types import Message

from gateway.http.bodies import BodiesUnderWay, read_body
from gateway.http.errors import HttpRefused
from tests.gateway.http.shop import SUPERGRAPH, Shop
from tests.testkit.gateway import JSON, RunningGateway, codes, running_gateway

QUERY = json.dumps({"query": "{ hello }"}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'"x"',
        b"1",
        b"null",
        b"true",
        b"[1]",
        b"[null]",
        b"[]",
        b"{}",
        b"[[]]",
        b'[[{"query":"{hello}"}]]',
        b"{",
        b'{"query":"{hello}"} x',
        b'\xff\xfe{"query":"{hello}"}',
        b'{"query":"\xc3\x28"}',
        b'{"query":"{hello}","x":"\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"query":1}',
        b'{"query":null}',
        b'{"query":["{hello}"]}',
        b'{"query":"{hello}","variables":[]}',
        b'{"query":"{hello}","variables":"{}"}',
        b'{"query":"{hello}","operationName":1}',
        b'{"query":"{hello}","extensions":1}',
        b'{"query":"{hello}","variables":{"a":NaN}}',
    ],
)
async def test_malformed_bodies_are_400(gateway: RunningGateway, shop: Shop, body: bytes) -> None:
    response = await gateway.post(body)
    assert response.status_code == 400
    assert codes(response.json()) == ["BAD_USER_INPUT"]
    assert "data" not in response.json()
    assert shop.subgraphs.requests() == 0


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
        "application/json; charset = utf-16",
        "application/json; charset=utf-8; charset=utf-16",
        "",
    ],
)
async def test_other_media_types_are_415(gateway: RunningGateway, content_type: str) -> None:
    response = await gateway.client.post(
        "/graphql", content=QUERY, headers={"content-type": content_type}
    )
    assert response.status_code == 415


async def test_a_charset_of_utf8_is_fine(gateway: RunningGateway) -> None:
    for content_type in (
        "application/json; charset=UTF-8",
        'application/json;charset="utf-8"',
        "application/json; charset = utf-8; v=1",
    ):
        response = await gateway.client.post(
            "/graphql", content=QUERY, headers={"content-type": content_type}
        )
        assert response.json() == {"data": {"hello": "hello None"}}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
async def test_other_methods_are_405(gateway: RunningGateway, method: str) -> None:
    response = await gateway.client.request(method, "/graphql", content=QUERY, headers=JSON)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize(
    "accept", ["text/plain", "image/png", "application/json;q=0", "text/event-stream"]
)
async def test_what_cannot_be_accepted_is_406(gateway: RunningGateway, accept: str) -> None:
    assert (await gateway.post(QUERY, accept=accept)).status_code == 406


@pytest.mark.parametrize(
    "accept",
    ["text/event-stream", "text/event-stream;q=0.5", "multipart/mixed; subscriptionSpec=1.0"],
)
async def test_event_streams_are_refused_by_name(gateway: RunningGateway, accept: str) -> None:
    for response in (
        await gateway.post(QUERY, accept=accept),
        await gateway.client.get("/graphql?query=%7Bhello%7D", headers={"accept": accept}),
    ):
        assert response.status_code == 406
        assert codes(response.json()) == ["SUBSCRIPTIONS_UNSUPPORTED"]
        assert "stream" in response.json()["errors"][0]["message"]


async def test_a_websocket_is_refused_by_name(gateway: RunningGateway) -> None:
    opening = {
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-protocol": "graphql-transport-ws",
    }
    response = await gateway.client.get("/graphql", headers=opening)
    assert response.status_code == 400
    assert codes(response.json()) == ["SUBSCRIPTIONS_UNSUPPORTED"]
    assert "WebSocket" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        ("application/graphql-response+json", "application/graphql-response+json"),
        (
            "application/graphql-response+json, application/json;q=0.9",
            "application/graphql-response+json",
        ),
        ("application/json, application/graphql-response+json;q=0.1", "application/json"),
        (
            "application/graphql-response+json, application/json, text/event-stream",
            "application/json",
        ),
    ],
)
async def test_the_media_type_is_negotiated(
    gateway: RunningGateway, accept: str, expected: str
) -> None:
    response = await gateway.post(QUERY, accept=accept)
    assert response.headers["content-type"] == f"{expected}; charset=utf-8"
    assert response.json() == {"data": {"hello": "hello None"}}


async def large(size: int) -> AsyncIterator[bytes]:
    yield b'{"query":"{hello}","x":"'
    for _ in range(size // 10_000):
        yield b"x" * 10_000
    yield b'"}'


async def test_a_large_body_is_413_however_it_is_sent(gateway: RunningGateway, shop: Shop) -> None:
    said = await gateway.post(b" " * 10_000_000)
    chunked = await gateway.client.post("/graphql", content=large(10_000_000), headers=JSON)
    for response in (said, chunked):
        assert response.status_code == 413
        assert codes(response.json()) == ["PAYLOAD_TOO_LARGE"]
    assert shop.subgraphs.requests() == 0


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_a_bomb_is_413_and_never_unpacked(gateway: RunningGateway, encoding: str) -> None:
    compress = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[encoding]
    response = await gateway.post(compress(b" " * 20_000_000), content_encoding=encoding)
    assert response.status_code == 413


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity"])
async def test_compressed_bodies_are_read(gateway: RunningGateway, encoding: str) -> None:
    compress = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}
    body = compress.get(encoding, lambda text: text)(QUERY)
    response = await gateway.post(body, content_encoding=encoding)
    assert response.json() == {"data": {"hello": "hello None"}}


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_broken_compression_is_400(gateway: RunningGateway, encoding: str) -> None:
    assert (await gateway.post(b"not compressed", content_encoding=encoding)).status_code == 400
    cut = gzip.compress(QUERY * 100)[:-20]
    assert (await gateway.post(cut, content_encoding="gzip")).status_code == 400


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_nothing_behind_a_compressed_body_is_left_out_in_silence(
    gateway: RunningGateway, encoding: str
) -> None:
    """A second member, or junk: somebody who reads on would see another request."""
    compress = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[encoding]
    for behind in (compress(b" "), compress(QUERY), b"junk"):
        response = await gateway.post(compress(QUERY) + behind, content_encoding=encoding)
        assert response.status_code == 400


async def test_an_unknown_encoding_is_415(gateway: RunningGateway) -> None:
    assert (await gateway.post(QUERY, content_encoding="zstd")).status_code == 415


async def test_large_answers_are_compressed_for_who_accepts_it(gateway: RunningGateway) -> None:
    types = "types { name fields { name args { name } type { name kind ofType { name kind } } } }"
    body = json.dumps({"query": f"{{ __schema {{ {types} }} }}"})
    for encoding in ("gzip", "br"):
        response = await gateway.post(body, accept_encoding=encoding)
        assert response.headers["content-encoding"] == encoding
        assert response.headers["vary"] == "accept-encoding"
    plain = await gateway.post(body, accept_encoding="identity")
    assert "content-encoding" not in plain.headers
    small = await gateway.post(QUERY, accept_encoding="gzip")
    assert "content-encoding" not in small.headers


async def test_a_body_that_never_ends_is_408() -> None:
    shop = Shop()

    async def stalled() -> AsyncIterator[bytes]:
        yield b'{"query":'
        await asyncio.sleep(30)

    async with running_gateway(SUPERGRAPH, shop.subgraphs, times={"body": 0.05}) as gateway:
        response = await gateway.client.post("/graphql", content=stalled(), headers=JSON)
    assert response.status_code == 408


async def test_a_chunked_body_that_is_all_there_is_413_at_once() -> None:
    """Nothing is waited for that cannot come."""
    messages: list[Message] = [{"type": "http.request", "body": b"x" * 11, "more_body": False}]

    async def receive() -> Message:
        return messages.pop()

    with pytest.raises(HttpRefused) as refused:
        await read_body(
            receive,
            length=None,
            encoding=None,
            limit=10,
            seconds=1.0,
            under_way=BodiesUnderWay().reading(),
        )
    assert refused.value.status == 413


async def test_bodies_that_are_being_sent_hold_so_much_together_and_no_more() -> None:
    piece = b'{"query":"{ hello }","x":"' + b"x" * 60_000
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield piece
        begun.set()
        await may_end.wait()
        yield b'"}'

    async with running_gateway(SUPERGRAPH, Shop().subgraphs, times={"body": 60}) as gateway:
        bodies = gateway.app.view.bodies  # type: ignore[attr-defined]
        bodies.most = 100_000
        whole = piece + b'"}'
        first = asyncio.create_task(gateway.client.post("/graphql", content=slowly(), headers=JSON))
        await begun.wait()
        assert bodies.held == len(piece)
        refused = await gateway.post(whole)
        small = await gateway.post(QUERY)
        may_end.set()
        assert (await first).json() == {"data": {"hello": "hello None"}}
        after = await gateway.post(whole)
        assert bodies.held == 0
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.headers["connection"] == "close"
    assert codes(refused.json()) == ["UNAVAILABLE"]
    assert small.status_code == after.status_code == 200
