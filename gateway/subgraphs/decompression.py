"""Decompression that stops at a size: a few kilobytes must not become gigabytes."""

from __future__ import annotations

import zlib

from gateway.subgraphs.protocol import SubgraphReplyInvalid

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


def decompress(body: bytes, encoding: str, limit: int) -> bytes:
    """Undo ``Content-Encoding``. Raises SubgraphReplyInvalid: unknown, corrupt, or too large."""
    match encoding.strip().lower():
        case "" | "identity":
            return body
        case "gzip" | "x-gzip" | "deflate":
            return _inflate(body, limit)
        case other:
            raise SubgraphReplyInvalid(f"content encoding {other[:20]!r} was not asked for")


def _inflate(body: bytes, limit: int) -> bytes:
    machine = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        # One byte more than allowed tells "exactly the limit" from "more".
        plain = machine.decompress(body, limit + 1)
    except zlib.error:
        raise SubgraphReplyInvalid("compressed body is corrupt") from None
    if len(plain) > limit:
        raise too_large(limit)
    if not machine.eof:
        raise SubgraphReplyInvalid("compressed body ends early")
    if machine.unused_data:
        # as of requests: left out in silence, it would be there for whoever reads on
        raise SubgraphReplyInvalid("compressed body goes on behind its end")
    return plain


def too_large(limit: int) -> SubgraphReplyInvalid:
    """The error of a body over ``limit`` bytes."""
    return SubgraphReplyInvalid(f"body is larger than {limit} bytes")
