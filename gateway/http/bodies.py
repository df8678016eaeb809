"""Reading a request's body: under a cap before and after decompression, and under a deadline."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Self

import brotli  # type: ignore[import-untyped]
from starlette.types import Receive

from gateway.http.errors import HttpRefused, bad_request
from shared.loop.until import Until

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS  # the header tells which
_BROTLI_STEP = 4_096
MOST_BYTES = 256_000_000
"""Of all bodies that are being read at once. Each is held twice for a moment, and then parsed."""
_LET_PASS_BYTES = 32_000_000
_LET_PASS_SECONDS = 2.0


class ClientGone(Exception):
    """The client closed the connection: nobody reads an answer."""


class BodiesUnderWay:
    """How many bytes of bodies are held, of all that are being read: at most so many together.

    Thousands may be under way, and each may be a megabyte that comes slowly.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most = most
        self.held = 0

    def reading(self) -> BodyUnderWay:
        """Begin to read one; what it holds counts until the end of a ``with`` block."""
        return BodyUnderWay(self)


class BodyUnderWay:
    """One of them."""

    def __init__(self, bodies: BodiesUnderWay) -> None:
        self._bodies = bodies
        self._held = 0

    def __enter__(self) -> Self:
        """Nothing is held yet."""
        return self

    def __exit__(self, *_error: object) -> None:
        """It is parsed or refused."""
        self._bodies.held -= self._held

    def take(self, size: int) -> None:
        """Hold so many bytes more. Raises HttpRefused (503) where there is no room for them."""
        if self._bodies.held + size > self._bodies.most:
            message = "Too much is being sent at once. Try again."
            headers = {"retry-after": "1", "connection": "close"}
            raise HttpRefused(503, "UNAVAILABLE", message, headers, retryable=True)
        self._bodies.held += size
        self._held += size


async def read_body(
    receive: Receive,
    *,
    length: str | None,
    encoding: str | None,
    limit: int,
    seconds: float,
    under_way: BodyUnderWay,
) -> bytes:
    """Return the whole body, decompressed.

    Raises HttpRefused: 413 past ``limit`` bytes (before any parsing, whatever Content-Length
    says), 408 past ``seconds``, 415 for an unknown encoding, 400 for broken compression, 503 where
    others' bodies leave no room.
    """
    decompress = _decompressor(encoding)
    if length is not None and length.isdigit() and int(length) > limit:
        await _let_pass(receive, int(length))
        raise too_large(limit)
    try:
        with Until(asyncio.get_running_loop().time() + seconds):
            body = await _receive_all(receive, limit, under_way)
    except TimeoutError:
        message = f"The body did not arrive within {seconds:g} seconds."
        raise HttpRefused(408, "REQUEST_TIMEOUT", message, {"connection": "close"}) from None
    if decompress is None:
        return body
    decompressed = decompress(body, limit + 1)
    if len(decompressed) > limit:
        raise too_large(limit)
    return decompressed


def too_large(limit: int) -> HttpRefused:
    """413. The connection is closed."""
    message = f"The body is larger than {limit} bytes."
    return HttpRefused(413, "PAYLOAD_TOO_LARGE", message, {"connection": "close"})


async def _receive_all(receive: Receive, limit: int, under_way: BodyUnderWay) -> bytes:
    """Collect the messages of a body as it is sent, at most ``limit`` bytes."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        size += len(part)
        is_whole = not message.get("more_body", False)
        if size > limit:
            if not is_whole:
                await _let_pass(receive)
            raise too_large(limit)
        if part:
            under_way.take(len(part))
            parts.append(part)
        if is_whole:
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def _let_pass(receive: Receive, size: int = 0) -> None:
    """Take in what is left of a refused body, and forget it.

    Closing a connection that still brings bytes resets it: a client that writes its whole body
    before it reads would see that, and not the 413 (RFC 9112, 9.6). Not for ever, and not where
    the body is known to be longer.
    """
    if size > _LET_PASS_BYTES:
        return
    with suppress(TimeoutError), Until(asyncio.get_running_loop().time() + _LET_PASS_SECONDS):
        taken = 0
        while taken <= _LET_PASS_BYTES:
            message = await receive()
            taken += len(message.get("body", b""))
            if not message.get("more_body", False):
                return


def _decompressor(encoding: str | None) -> Callable[[bytes, int], bytes] | None:
    name = (encoding or "identity").strip().lower()
    if name == "identity":
        return None
    if name in {"gzip", "x-gzip", "deflate"}:
        return _inflate
    if name == "br":
        return _unbrotli
    raise HttpRefused(
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        "Content-Encoding must be gzip, deflate or br.",
        {"accept-encoding": "gzip, deflate, br"},
    )


def _inflate(data: bytes, limit: int) -> bytes:
    """Inflate at most ``limit`` bytes: a bomb is never unpacked."""
    inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        result = inflater.decompress(data, limit)
    except zlib.error:
        raise bad_request("The body is not valid gzip or deflate.") from None
    if len(result) < limit and not inflater.eof:
        raise bad_request("The compressed body is cut short.")
    if inflater.unused_data:
        # Left out in silence, it would be there for whoever reads on (RFC 1952, 2.2: members).
        raise bad_request("The compressed body goes on behind its end.")
    return result


def _unbrotli(data: bytes, limit: int) -> bytes:
    """Unpack at most ``limit`` bytes and a little: in small steps, since one of them may swell."""
    decompressor = brotli.Decompressor()
    result = bytearray()
    try:
        for start in range(0, len(data), _BROTLI_STEP):
            piece = data[start : start + _BROTLI_STEP]
            result += decompressor.process(piece, output_buffer_limit=limit)
            while len(result) < limit and not decompressor.can_accept_more_data():
                result += decompressor.process(b"", output_buffer_limit=limit)
            if len(result) >= limit:
                break
    except brotli.error:
        raise bad_request("The body is not valid brotli.") from None
    if len(result) < limit and not decompressor.is_finished():
        raise bad_request("The compressed body is cut short.")
    return bytes(result)
