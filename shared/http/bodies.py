"""Bodies of requests: whole, bounded, in time, or refused with the right status."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from shared.loop.until import Until

LET_PASS_BYTES = 32_000_000
BODY_SECONDS = 10.0
"""How long a body may take to arrive: a gateway sends it in one go."""


class BadRequest(Exception):
    """The HTTP request is refused before anything is executed."""

    def __init__(
        self, status: int, message: str, code: str = "BAD_USER_INPUT", **headers: str
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The whole body; 413 as soon as it is known to be longer than ``max_bytes``.

    408 for one that does not arrive: whoever writes a byte a second would be here for ever.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > LET_PASS_BYTES:
        raise BadRequest(413, "The body is too large.")
    chunks: list[bytes] = []
    size = 0
    try:
        # A connection that is closed while it brings bytes is reset, and the 413 is lost: what is
        # too large is taken in, up to a bound, and forgotten.
        with Until(asyncio.get_running_loop().time() + BODY_SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size > LET_PASS_BYTES:
                    break
                if size <= max_bytes:
                    chunks.append(chunk)
    except TimeoutError:
        message = f"The body did not arrive within {BODY_SECONDS:g} seconds."
        raise BadRequest(408, message, "REQUEST_TIMEOUT", Connection="close") from None
    except ClientDisconnect:
        raise BadRequest(400, "The body ended early.") from None
    if size > max_bytes:
        raise BadRequest(413, "The body is too large.")
    return b"".join(chunks)
