"""The response as ASGI messages, written without the cost of a general response class."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

RawHeaders = list[tuple[bytes, bytes]]
WHOLE_RESPONSE = "est.whole_response"
"""The server's ASGI extension: (status, headers, body) → whether it wrote all of that at once."""


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
