"""Heads told by their bytes: whatever passes the parser by, the parser would have read alike."""

from __future__ import annotations

import httptools
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.subgraphs.http1.known_head import KnownHead

HEAD = (
    b"POST /graphql HTTP/1.1\r\nHost: a.example\r\nX-Request-Id: 7f-3a\r\nAccept: */*\r\n"
    b"Content-Length: 12\r\ntraceparent: 00-ab-01\r\nx-length: content-length: 5\r\n\r\n"
)
BODY = b'{"query":""}'
UNREAD = (b"x-request-id", b"traceparent")


class Read:
    """What llhttp reads of some bytes."""

    def __init__(self, data: bytes) -> None:
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""
        self.messages = self.complete = 0
        self.url = b""
        self.parser = httptools.HttpRequestParser(self)
        self.is_valid = True
        try:
            self.parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.is_valid = False

    def on_message_begin(self) -> None:
        self.messages += 1

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.complete += 1

    @property
    def meaning(self) -> list[tuple[bytes, bytes]]:
        """What a pattern holds fast."""
        return [pair for pair in self.headers if pair[0] not in {*UNREAD, b"content-length"}]


def learned(head: bytes = HEAD, body: bytes = BODY) -> KnownHead[str]:
    known: KnownHead[str] = KnownHead(UNREAD)
    known.learn(head + body, len(body), "it")
    return known


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (HEAD, BODY),
        (HEAD, b"another body"),
        (HEAD.replace(b"7f-3a", b"0"), BODY),
        (HEAD.replace(b"7f-3a", b"f" * 100).replace(b"ab", b"cd"), BODY),
        (HEAD.replace(b": 12", b": 3"), b"abc"),
        (HEAD.replace(b": 12", b": 1000"), b"x" * 1000),
    ],
)
def test_the_same_but_for_its_gaps_is_known(head: bytes, body: bytes) -> None:
    known = learned()
    assert known.body_start(head + body) == len(head)
    assert known.meaning == "it"


@pytest.mark.parametrize(
    "data",
    [
        HEAD + BODY[:-1],
        HEAD + BODY + b" ",
        HEAD + BODY + HEAD + BODY,
        HEAD[:40],
        HEAD.replace(b": 12", b": 012") + BODY,
        HEAD.replace(b": 12", b": +12") + BODY,
        HEAD.replace(b": 12", b":  12") + BODY,
        HEAD.replace(b": 12", b": 12\r\nTransfer-Encoding: chunked") + BODY,
        HEAD.replace(b"7f-3a", b"") + BODY,
        HEAD.replace(b"7f-3a", b"a\r\nX: b") + BODY,
        HEAD.replace(b"7f-3a", b"a\rb") + BODY,
        HEAD.replace(b"7f-3a", b"a\0b") + BODY,
        HEAD.replace(b"7f-3a", b"\xff") + BODY,
        HEAD.replace(b"7f-3a", b"f" * 200) + BODY,
        HEAD.replace(b"a.example", b"b.example") + BODY,
        HEAD.replace(b"Accept", b"accept") + BODY,
    ],
)
def test_anything_else_is_for_the_parser(data: bytes) -> None:
    assert learned().body_start(data) == 0


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (HEAD, b""),
        (
            HEAD.replace(b"Content-Length: 12", b"Transfer-Encoding: chunked"),
            b"2\r\n{}\r\n0\r\n\r\n",
        ),
        (HEAD, b"\r\n" + BODY),  # a longer body than was told
        (b"\r\n\r\n" + HEAD, BODY),
    ],
)
def test_what_is_out_of_the_ordinary_is_not_learned(head: bytes, body: bytes) -> None:
    known: KnownHead[str] = KnownHead(UNREAD)
    known.learn(head + body, len(BODY), "it")
    assert known.body_start(head + body) == 0


def test_where_heads_differ_each_time_it_stops_learning() -> None:
    known: KnownHead[int] = KnownHead()
    for number in range(20):
        known.learn(HEAD.replace(b"7f-3a", b"%d" % number) + BODY, len(BODY), number)
    assert known.meaning < 19
    assert known.body_start(HEAD.replace(b"7f-3a", b"%d" % known.meaning) + BODY)
    known.learn(HEAD + BODY, len(BODY), 99)  # it was of use: it may learn again
    assert known.meaning == 99


EDITS = st.lists(
    st.tuples(
        st.integers(0, len(HEAD) + len(BODY)),
        st.integers(0, 3),
        st.one_of(
            st.binary(max_size=4),
            st.sampled_from(
                [b"\r\n", b"\n", b": ", b"\r\nX: y", b"-", b"0", b"12", b"\t", b"\r\n "]
            ),
        ),
    ),
    max_size=3,
)


@settings(max_examples=600)
@given(EDITS)
def test_what_is_known_would_have_been_read_alike(edits: list[tuple[int, int, bytes]]) -> None:
    data = HEAD + BODY
    for at, dropped, added in edits:
        data = data[:at] + added + data[at + dropped :]
    start = learned().body_start(data)
    if start:
        read, first = Read(data), Read(HEAD + BODY)
        assert read.is_valid
        assert (read.messages, read.complete) == (1, 1)
        assert (read.url, read.meaning, read.body) == (first.url, first.meaning, data[start:])


@settings(max_examples=300)
@given(
    st.binary(max_size=60),
    st.text("abcdefXYZ019-", min_size=1, max_size=40),
    st.text("0123456789-", min_size=1, max_size=20),
)
def test_gaps_may_hold_what_they_like(body: bytes, request_id: str, trace: str) -> None:
    head = HEAD.replace(b"7f-3a", request_id.encode()).replace(b"00-ab-01", trace.encode())
    data = head.replace(b": 12", b": %d" % len(body)) + body
    start = learned().body_start(data)
    read = Read(data)
    if start:
        assert (read.complete, read.body) == (1, data[start:])
    else:
        assert {request_id.strip("-"), trace.strip("-")} & {""}
