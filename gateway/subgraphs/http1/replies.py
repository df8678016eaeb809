"""Reading replies: llhttp (by httptools, in its strict mode) and the rules it leaves to us.

llhttp refuses by itself: Content-Length twice, as a list, signed, or beside Transfer-Encoding; bare
CR or LF; obs-fold; white space before a colon; NUL; chunk sizes that are no hexadecimal number.
Refused here, since two readers of such a reply could disagree on where it ends (RFC 9112, 6.3 and
11.2): a Transfer-Encoding that is not exactly "chunked", or with HTTP/1.0; other versions; 101,
which nobody asked for; heads and framing without bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from httptools import HttpParserCallbackError, HttpParserError, HttpResponseParser

from gateway.subgraphs.decompression import too_large
from gateway.subgraphs.http1.known_head import KnownHead
from gateway.subgraphs.protocol import SubgraphError, SubgraphReply, SubgraphReplyInvalid

MAX_HEAD_BYTES = 65_536
"""Of all headers of a reply, each counted with 32 more (the measure of RFC 9113, 6.5.2)."""

_PER_HEADER = 32
_VERSIONS = frozenset({"1.1", "1.0"})
_FRAMING_BYTES_PER_BODY_BYTE = 16
_FIRST_FINAL_STATUS = 200
_LENGTH, _ENCODING = "content-length", "transfer-encoding"
_ID = b"x-request-id"


Headers = Mapping[str, tuple[str, ...]]
KnownReply = KnownHead[tuple[int, Headers]]
"""Status and kept headers of the last reply: the connections of one client share it."""


def known_reply(kept: Iterable[str]) -> KnownReply:
    """Return one for replies of which ``kept`` headers are read."""
    return KnownHead({_ID} - {name.encode("latin-1") for name in kept})


class ReplyReader:
    """Reads one reply after the other off a connection.

    ``kept``: lower-case names of headers worth keeping. ``limit``: bytes of a body.
    """

    __slots__ = (
        "_chunks",
        "_has_length",
        "_headers",
        "_in_body",
        "_is_chunked",
        "_keeps_alive",
        "_known",
        "_last",
        "_limit",
        "_parser",
        "_room",
        "_size",
        "_status",
        "_wire_bytes",
        "has_begun",
        "has_surplus",
        "is_whole",
    )  # fmt: skip

    def __init__(self, kept: Iterable[str], limit: int, last: KnownReply | None = None) -> None:
        self._last = last or known_reply(kept)
        self._parser = HttpResponseParser(self)
        self._known = {name.encode("latin-1"): name for name in (*kept, _LENGTH, _ENCODING)}
        self._limit = limit
        self._chunks: list[bytes] = []
        self._size = 0
        self.expect_reply()

    def expect_reply(self) -> None:
        """A request was sent: what comes now is its reply."""
        self.has_begun = self.is_whole = self._in_body = False

    def _begin(self) -> None:
        """The first bytes came."""
        self.has_begun = True
        self.has_surplus = self._keeps_alive = False
        self._wire_bytes = self._size = 0
        self._room = MAX_HEAD_BYTES
        self._chunks = []
        self._expect_head()

    def _expect_head(self) -> None:
        """The head of the reply, or of the next after an interim one."""
        self._has_length = self._is_chunked = self._in_body = False
        self._status = 0
        self._headers: Headers = {}

    def known(self, data: bytes) -> SubgraphReply | None:
        """Return the reply if ``data`` is all of it, with the last one's head; ask only at first.

        The connection can be kept then. The parser stands between two replies, and stays there.
        """
        start = self._last.body_start(data)
        if not start or len(data) - start > self._limit:
            return None
        status, headers = self._last.meaning
        return SubgraphReply(status, data[start:], headers)

    def feed(self, data: bytes) -> None:
        """Take bytes off the wire. Raises SubgraphReplyInvalid for what is no usable reply.

        After the reply is whole nothing may follow: ``has_surplus`` tells that something did.
        """
        is_first = not self.has_begun
        if is_first:
            self._begin()
        self._parse(data)
        if is_first and self._keeps_alive and self._has_length and not self.has_surplus:
            self._last.learn(data, self._size, (self._status, self._headers))

    def _parse(self, data: bytes) -> None:
        self._wire_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserCallbackError, HttpParserError) as error:
            if not self.is_whole:
                raise _own(error) from None
            self.has_surplus = True
        if self._wire_bytes > MAX_HEAD_BYTES + (1 + _FRAMING_BYTES_PER_BODY_BYTE) * self._size:
            raise SubgraphReplyInvalid("too many bytes that belong to no body")

    def end_of_stream(self) -> bool:
        """Tell whether the peer's end of the stream ends the reply, as it does without a length."""
        if self._in_body and not self._has_length and not self._is_chunked:
            self.is_whole = True
        return self.is_whole

    @property
    def keeps_alive(self) -> bool:
        """Whether the connection can carry another exchange, as far as the reply says."""
        return self._keeps_alive and not self.has_surplus

    def reply(self) -> SubgraphReply:
        """The reply, once it is whole."""
        chunks, self._chunks = self._chunks, []
        body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        return SubgraphReply(self._status, body, self._headers)

    # What llhttp calls.

    def on_message_begin(self) -> None:
        """The first byte of a reply: of one too many, after the one that was asked for."""
        if self.is_whole:
            self.has_surplus = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or after the body a trailer: trailers are counted and dropped."""
        # Heads of interim replies count towards the same bound: a thousand of them are an attack.
        self._room -= len(name) + len(value) + _PER_HEADER
        if self._room < 0:
            raise SubgraphReplyInvalid("too many headers")
        known = self._known.get(name.lower())
        if known is None or self._in_body or self.is_whole:
            return
        if known is _LENGTH:
            self._has_length = True
            if int(value) > self._limit:
                raise too_large(self._limit)
        elif known is _ENCODING:
            if self._is_chunked or value.strip(b" \t").lower() != b"chunked":
                raise SubgraphReplyInvalid("a transfer encoding other than chunked")
            self._is_chunked = True
        else:
            text = value.decode("latin-1").strip(" \t")
            self._headers = {**self._headers, known: (*self._headers.get(known, ()), text)}

    def on_headers_complete(self) -> None:
        """The head is read: refuse what llhttp would take."""
        if self.is_whole:
            return
        status = self._parser.get_status_code()
        version = self._parser.get_http_version()
        if version not in _VERSIONS:
            raise SubgraphReplyInvalid("not HTTP/1.1 or HTTP/1.0")
        if self._is_chunked and version == "1.0":
            raise SubgraphReplyInvalid("a transfer encoding in HTTP/1.0")
        if status < 100 or status == 101:  # noqa: PLR2004
            raise SubgraphReplyInvalid(f"status {status}")
        self._status = status
        self._in_body = status >= _FIRST_FINAL_STATUS

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        if self.is_whole:
            return
        self._size += len(data)
        if self._size > self._limit:
            raise too_large(self._limit)
        self._chunks.append(data)

    def on_message_complete(self) -> None:
        """The end of a reply; an interim one (1xx) only says that another comes."""
        if self.is_whole:
            return
        if self._in_body:
            self._keeps_alive = self._parser.should_keep_alive()
            self.is_whole = True
        else:
            self._expect_head()


def _own(error: Exception) -> SubgraphError:
    """The error that a callback raised, which httptools wraps, or llhttp's own."""
    if isinstance(error.__context__, SubgraphError):
        return error.__context__
    return SubgraphReplyInvalid(f"not HTTP/1.1: {type(error).__name__}")
