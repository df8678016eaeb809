"""Compressing answers: past a threshold, for clients that accept it, large ones off the loop."""

from __future__ import annotations

import asyncio
import gzip

import brotli  # type: ignore[import-untyped]

from gateway.http.remembering import remembering
from gateway.http.responses import RawHeaders

_GZIP_LEVEL = 4
_BROTLI_QUALITY = 4
_OFF_LOOP = 64 * 1024
_LOOKED_AT = 64
"""Encodings of a client; a head of 64 KB has room for 30,000."""
VARY = (b"vary", b"accept-encoding")


async def compressed(
    body: bytes, accept_encoding: str | None, threshold: int
) -> tuple[bytes, RawHeaders]:
    """Return the body as it goes out, and the headers that say so. ``threshold`` 0: never."""
    if threshold == 0 or len(body) < threshold:
        return body, []
    encoding = chosen_encoding(accept_encoding)
    if encoding is None:
        return body, [VARY]
    if len(body) > _OFF_LOOP:
        smaller = await asyncio.to_thread(_compress, body, encoding)
    else:
        smaller = _compress(body, encoding)
    return smaller, [(b"content-encoding", encoding.encode()), VARY]


@remembering(256)
def chosen_encoding(accept_encoding: str | None) -> str | None:
    """Choose br or gzip as Accept-Encoding allows (RFC 9110, 12.5.3); None: as it is."""
    weights: dict[str, float] = {}
    for part in (accept_encoding or "").split(",")[:_LOOKED_AT]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights[name] = _weight(parameters)
    best = max(("br", "gzip"), key=lambda name: weights.get(name, weights.get("*", 0.0)))
    return best if weights.get(best, weights.get("*", 0.0)) > 0 else None


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def _compress(body: bytes, encoding: str) -> bytes:
    if encoding == "br":
        smaller: bytes = brotli.compress(body, quality=_BROTLI_QUALITY)
        return smaller
    return gzip.compress(body, _GZIP_LEVEL, mtime=0)
