"""The response as ASGI messages, written without the cost of a general response class."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from gateway.http.negotiation import GRAPHQL_JSON, JSON

RawHeaders = list[tuple[bytes, bytes]]
WHOLE_RESPONSE = "est.whole_response"
"""The server's ASGI extension: (status, headers, body) → whether it wrote all of that at once."""


CLIENT_CLOSED = 499
# Answers are data: should a browser ever take one for a page, it may do nothing.
CONFINING = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)
CONTENT_TYPES = {
    JSON: b"application/json; charset=utf-8",
    GRAPHQL_JSON: b"application/graphql-response+json; charset=utf-8",
}


def head_of(status: int, media: str, length: int, request_id: str, more: RawHeaders) -> bytes:
    """The head of an answer up to where its last header ends: those that every answer has."""
    head = b"%bcontent-length: %d\r\nx-request-id: %b\r\n" % (
        _head_start(status, media),
        length,
        request_id.encode(),
    )
    return b"".join((head, *[b"%b: %b\r\n" % pair for pair in more])) if more else head


@lru_cache(maxsize=64)
def _head_start(status: int, media: str) -> bytes:
    same = ((b"content-type", CONTENT_TYPES[media]), *CONFINING)
    return STATUS_LINE[status] + b"".join([b"%b: %b\r\n" % pair for pair in same])


class BytesResponse(Response):
    """A finished body with raw headers."""

    def __init__(self, body: bytes, status: int, headers: RawHeaders) -> None:
        # Not super().__init__: it would encode again what is encoded.
        self.body = body
        self.status_code = status
        self.background = None
        self.raw_headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it: in one piece where the server can, else as ASGI says."""
        write_whole = scope.get("extensions", {}).get(WHOLE_RESPONSE)
        if write_whole is not None and write_whole(self.status_code, self.raw_headers, self.body):
            return
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        await send({"type": "http.response.body", "body": self.body})


class NoResponse(Response):
    """For a client that is gone."""

    def __init__(self) -> None:
        super().__init__(status_code=499)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send nothing."""


def raw_headers(pairs: Iterable[tuple[str, str]]) -> RawHeaders:
    """Encode header pairs."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
