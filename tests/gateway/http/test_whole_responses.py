"""Responses as bytes on a socket, where they leave in one piece and where uvicorn writes them."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from tests.gateway.http.test_wire import gateway_process

BODY = json.dumps({"query": "{ __typename }"}).encode()
ANSWER = b'{"data":{"__typename":"Query"}}'


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with gateway_process() as (url, _):
        yield int(url.rpartition(":")[2])


def request(*headers: str, body: bytes = BODY) -> bytes:
    lines = ["POST /graphql HTTP/1.1", "host: x", "content-type: application/json"]
    head = "\r\n".join([*lines, f"content-length: {len(body)}", *headers])
    return head.encode() + b"\r\n\r\n" + body


def received(port: int, sent: bytes, *, until: bytes | None = None) -> bytes:
    """What comes back until the end of the stream, or until ``until`` has come."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(sent)
        data = b""
        while until is None or not data.endswith(until):
            part = connection.recv(65_536)
            if not part:
                break
            data += part
        return data


def test_a_kept_connection_gets_head_and_body(port: int) -> None:
    data = received(port, request(), until=ANSWER)
    head, _, body = data.partition(b"\r\n\r\n")
    assert body == ANSWER
    lines = head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 200 OK"
    assert b"content-length: %d" % len(ANSWER) in lines
    assert b"content-type: application/json; charset=utf-8" in lines
    assert not any(line.startswith(b"connection") for line in lines)


def test_pipelined_requests_are_answered_one_after_the_other(port: int) -> None:
    data = received(port, request() * 3 + request("connection: close"))
    assert data.count(b"HTTP/1.1 200 OK") == 4
    assert data.count(ANSWER) == 4


def test_a_connection_is_closed_where_the_client_asks_for_it(port: int) -> None:
    data = received(port, request("connection: close"))
    assert b"connection: close" in data
    assert data.endswith(ANSWER)


def test_http_1_0_is_answered_and_closed(port: int) -> None:
    data = received(port, request().replace(b"HTTP/1.1", b"HTTP/1.0", 1))
    assert data.endswith(ANSWER)


def test_who_expects_100_is_told_to_continue(port: int) -> None:
    data = received(port, request("expect: 100-continue"), until=ANSWER)
    assert data.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_head_gets_no_body(port: int) -> None:
    sent = (
        b"HEAD /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: x\r\nx-requested-with: test\r\n"
        b"connection: close\r\n\r\n"
    )
    head, _, body = received(port, sent).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"\r\ncontent-length: 31\r\n" in head
    assert body == b""


def test_a_refusal_on_a_kept_connection_leaves_it_usable(port: int) -> None:
    data = received(port, request(body=b"{") + request(), until=ANSWER)
    assert data.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert data.endswith(ANSWER)
