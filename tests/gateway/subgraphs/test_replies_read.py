"""Our own reader of replies: every framing, however it is cut, and what is refused."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.subgraphs.http1.replies import MAX_HEAD_BYTES, ReplyReader, known_reply
from gateway.subgraphs.protocol import SubgraphError, SubgraphReplyInvalid

START = b"HTTP/1.1 200 OK\r\n"
SMUGGLING = {
    "both lengths": START + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both, turned": START + b"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n",
    "length twice": START + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
    "two lengths": START + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "list of lengths": START + b"Content-Length: 1, 1\r\n\r\na",
    "signed": START + b"Content-Length: +1\r\n\r\na",
    "negative": START + b"Content-Length: -1\r\n\r\na",
    "hexadecimal": START + b"Content-Length: 0x1\r\n\r\na",
    "underscore": START + b"Content-Length: 1_0\r\n\r\naaaaaaaaaa",
    "empty length": START + b"Content-Length: \r\n\r\na",
    "past 64 bits": START + b"Content-Length: 18446744073709551617\r\n\r\na",
    "obs-fold": START + b"X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
    "space before colon": START + b"Content-Length : 1\r\n\r\na",
    "bare LF": b"HTTP/1.1 200 OK\nContent-Length: 1\n\na",
    "bare CR": START + b"X: a\rContent-Length: 5\r\nContent-Length: 0\r\n\r\n",
    "NUL": START + b"X: a\0b\r\nContent-Length: 0\r\n\r\n",
    "no name": START + b": a\r\nContent-Length: 0\r\n\r\n",
    "gzip, chunked": START + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked twice": START + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n0\r\n\r\n",
    "chunked, identity": START + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "identity": START + b"Transfer-Encoding: identity\r\n\r\na",
    "xchunked": START + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked in 1.0": b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunk size past 64 bits": START + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 17 + b"\r\n",
    "chunk size with space": START + b"Transfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n",
    "chunk size by LF": START + b"Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
    "chunk too long": START + b"Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
    "length in a trailer": START
    + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nContent-Length: 9\r\n\r\n",
    "101": b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
    "101 without a name": b"HTTP/1.1 101 Switching\r\n\r\n",
    "http/2.0": b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    "http/0.9": b"<html>",
    "status 99": b"HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
    "not http": b"SSH-2.0-OpenSSH_9.6\r\n",
}


def reader(limit: int = 100_000) -> ReplyReader:
    return ReplyReader({"content-type", "set-cookie"}, limit)


def read(data: bytes, cuts: list[int], *, limit: int = 100_000) -> ReplyReader:
    """Feed ``data`` in pieces, cut at these places."""
    read_by = reader(limit)
    edges = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    for start, end in itertools.pairwise(edges):
        if start < end:
            read_by.feed(data[start:end])
    return read_by


def feed_all(*pieces: bytes) -> None:
    read_by = reader()
    for piece in pieces:
        read_by.feed(piece)


CUTS = st.lists(st.integers(0, 10_000), max_size=12)


@pytest.mark.parametrize("data", SMUGGLING.values(), ids=SMUGGLING)
def test_what_two_readers_could_read_differently_is_refused(data: bytes) -> None:
    for cuts in ([], list(range(len(data)))):
        with pytest.raises(SubgraphReplyInvalid):
            read(data, cuts)


@given(
    chunks=st.lists(st.binary(min_size=1, max_size=300), max_size=8),
    framing=st.sampled_from(["length", "chunked", "end"]),
    interim=st.integers(0, 3),
    cookies=st.lists(st.text("abc=; ,", min_size=1, max_size=10), max_size=4),
    cuts=CUTS,
)
@settings(max_examples=300)
def test_a_reply_is_the_same_however_it_is_framed_and_cut(
    chunks: list[bytes], framing: str, interim: int, cookies: list[str], cuts: list[int]
) -> None:
    body = b"".join(chunks)
    headers = b"".join(f"Set-Cookie: {cookie}\r\n".encode() for cookie in cookies)
    if framing == "chunked":
        headers += b"Transfer-Encoding: chunked\r\n"
        wire = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    else:
        headers += b"Content-Length: %d\r\n" % len(body) if framing == "length" else b""
        wire = body
    data = (
        b"HTTP/1.1 103 Early\r\nSet-Cookie: no\r\n\r\n" * interim + START + headers + b"\r\n" + wire
    )
    read_by = read(data, cuts)
    assert read_by.is_whole is (framing != "end")
    assert read_by.end_of_stream()
    assert read_by.keeps_alive is (framing != "end")
    reply = read_by.reply()
    assert (reply.status, reply.body) == (200, body)
    assert reply.headers.get("set-cookie", ()) == tuple(cookie.strip(" ") for cookie in cookies)


@given(
    places=st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=3)), min_size=1, max_size=4),
    cuts=CUTS,
)
@settings(max_examples=500)
def test_damage_ends_in_a_reply_or_a_typed_error(
    places: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    data = START + b"Transfer-Encoding: chunked\r\nX: y\r\n\r\n5\r\nabcde\r\n0\r\nT: v\r\n\r\n"
    for place, put in places:
        at = place % len(data)
        data = data[:at] + put + data[at + len(put) :]
    try:
        read_by = read(data, cuts, limit=1_000)
    except SubgraphError:
        return
    if read_by.end_of_stream():
        assert len(read_by.reply().body) <= len(data)


KNOWN = START + b"Set-Cookie: a\r\nContent-Length: 5\r\nX-Request-Id: 7f\r\nX: y\r\n\r\nabcde"


def outcome(read_by: ReplyReader, data: bytes) -> object:
    """All that can be told of a reader that gets ``data``."""
    reply = read_by.known(data)
    if reply is not None:
        return True, True, True, reply
    try:
        read_by.feed(data)
    except SubgraphReplyInvalid as error:
        return str(error)
    return read_by.is_whole, read_by.keeps_alive, read_by.end_of_stream(), read_by.reply()


@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, len(KNOWN)),
            st.integers(0, 3),
            st.binary(max_size=3) | st.sampled_from([b"\r\n", b"\n", b"\r\nT: ", b"1", b"-"]),
        ),
        max_size=2,
    ),
    limit=st.sampled_from([4, 5, 1_000]),
)
@settings(max_examples=500)
def test_a_known_head_changes_nothing(edits: list[tuple[int, int, bytes]], limit: int) -> None:
    data = KNOWN
    for at, dropped, added in edits:
        data = data[:at] + added + data[at + dropped :]
    last = known_reply({"set-cookie"})
    kept, first = {"set-cookie"}, ReplyReader({"set-cookie"}, 1_000, last)
    first.feed(KNOWN)
    knowing, fresh = ReplyReader(kept, limit, last), ReplyReader(kept, limit)
    assert outcome(knowing, data) == outcome(fresh, data)
    if fresh.has_begun and fresh.keeps_alive:
        for read_by in (knowing, fresh):
            read_by.expect_reply()
        assert outcome(knowing, KNOWN) == outcome(fresh, KNOWN)


@given(extra=st.binary(min_size=1, max_size=60), cuts=CUTS)
@settings(max_examples=200)
def test_nothing_is_kept_alive_with_bytes_of_something_else_on_it(
    extra: bytes, cuts: list[int]
) -> None:
    read_by = read(START + b"Content-Length: 2\r\n\r\nok" + extra, cuts)
    assert read_by.reply().body == b"ok"
    # Line breaks between messages are nothing (RFC 9112, 2.2).
    assert read_by.keeps_alive is (not extra.strip(b"\r\n"))


def test_many_small_and_few_large_headers_are_bounded() -> None:
    for line in (b"a: b\r\n", b"a: " + b"b" * 5_000 + b"\r\n"):
        with pytest.raises(SubgraphReplyInvalid, match="headers"):
            read(START + line * (MAX_HEAD_BYTES // min(len(line), 30)), [])


def test_a_header_line_without_end_is_bounded() -> None:
    with pytest.raises(SubgraphReplyInvalid):
        feed_all(START + b"x: ", *[b"y" * 10_000] * 100)


@pytest.mark.parametrize(
    "endless",
    [
        b"HTTP/1.1 100 Continue\r\nx: y\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\n",
        START + b"Transfer-Encoding: chunked\r\n\r\n" + b"1;" + b"e" * 1_000,
    ],
    ids=["interim replies", "bare interim replies", "chunk extensions"],
)
def test_what_belongs_to_no_body_is_bounded(endless: bytes) -> None:
    more = b"e" * 1_000 if endless.startswith(START) else endless
    with pytest.raises(SubgraphReplyInvalid):
        feed_all(endless, *[more] * 3_000)


def test_a_body_is_bounded_whatever_its_length_says() -> None:
    for head in (b"Content-Length: 11\r\n\r\n", b"\r\n"):
        with pytest.raises(SubgraphReplyInvalid, match="larger"):
            read(START + head + b"x" * 11, [], limit=10)
    assert read(START + b"Content-Length: 10\r\n\r\n" + b"x" * 10, [], limit=10).is_whole


def test_trailers_are_no_headers() -> None:
    data = b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nSet-Cookie: evil=1\r\n\r\n"
    assert read(START + data, []).reply().headers == {}
