"""A head that says what an earlier one said, told by its bytes: it needs no parser.

On a kept connection nearly every head is the last one again, but for its Content-Length and for
values that nobody reads. llhttp takes 5 to 10 µs to find that out, header by header.

    POST /graphql HTTP/1.1␍␊x-request-id: 7f3a␍␊content-length: 68␍␊accept: */*␍␊␍␊
    same bytes ···················· any same bytes ······· its own  same bytes ···

Nothing is read here: a head is only compared with one that llhttp has read. It may differ from it
in the values of a few headers, which are made of letters, digits and dashes; and its length is that
of what came behind it, to the byte and in the usual notation. Whatever is not so is the parser's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")

_LENGTH = b"content-length"
_END = b"\r\n"
_LONGEST = 128
_ATTEMPTS = 8


class KnownHead(Generic[T]):
    """The last head that was read, and its ``meaning``: what was read of it.

    ``unread``: lower-case names of headers whose values are no part of the meaning. Where heads
    differ each time it stops learning: ``_ATTEMPTS`` in a row that were of no use.
    """

    __slots__ = ("_attempts", "_first", "_rest", "_unread", "meaning")

    meaning: T

    def __init__(self, unread: Iterable[bytes] = ()) -> None:
        self._unread = tuple(unread)
        self._first = b""
        self._rest: tuple[tuple[bool, bytes], ...] = ()
        self._attempts = _ATTEMPTS

    def learn(self, data: bytes, body_bytes: int, meaning: T) -> None:
        """Take the head in ``data`` as what the next ones may be like.

        ``data`` was read as one message with a body of so many bytes, framed by its Content-Length.
        Learned is only what has nothing but that body behind its first empty line.
        """
        size = data.find(_END + _END) + 4
        if self._attempts == 0 or body_bytes == 0 or len(data) - size != body_bytes:
            return
        self._attempts -= 1
        head = data[:size]
        folded, gaps = head.lower(), []
        for name in (_LENGTH, *self._unread):
            begin = folded.find(_END + name + b": ")
            if begin >= 0:
                begin += len(name) + 4
                gaps.append((begin, folded.index(_END, begin), name is _LENGTH))
        if not gaps:
            return
        gaps.sort()
        ends = [begin for begin, _, _ in gaps[1:]] + [size]
        self._first = head[: gaps[0][0]]
        self._rest = tuple(
            (is_length, head[after:end])
            for (_, after, is_length), end in zip(gaps, ends, strict=True)
        )
        self.meaning = meaning

    def body_start(self, data: bytes) -> int:
        """Return where the body begins if ``data`` is such a head and its whole body, else 0."""
        first = self._first
        if not first or not data.startswith(first):
            return 0
        at, length = len(first), b""
        for is_length, literal in self._rest:
            end = data.find(_END, at, at + _LONGEST)
            value = data[at:end]
            if is_length:
                length = value
            elif not value.replace(b"-", b"").isalnum():
                return 0
            if not data.startswith(literal, end):
                return 0
            at = end + len(literal)
        if length != b"%d" % (len(data) - at):
            return 0
        self._attempts = _ATTEMPTS
        return at
