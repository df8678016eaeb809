"""What the pipeline answers to one operation, and its JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import orjson

from gateway.operation.errors import ErrorItem, OperationRefused
from gateway.request.gathered import ReplyHeaders
from gateway.request.json_text import dumps


class GraphQLResponse(msgspec.Struct):
    """A response (GraphQL specification, 7.1).

    ``data`` is absent where nothing was executed; ``raw`` is the text of the whole answer,
    ``{"data":...}``, where a subgraph's bytes pass through. ``written`` is the text of ``data``
    where that was written already. ``status`` is the HTTP status under
    application/graphql-response+json, and under any media type where ``is_http_error``. ``hash``
    names the document, for logs; ``demand`` is what it asked of the services.
    """

    data: dict[str, Any] | None = None
    raw: bytes | None = None
    written: bytes | None = None
    errors: Sequence[ErrorItem] = ()
    extensions: dict[str, Any] = {}
    executed: bool = True
    status: int = 200
    is_http_error: bool = False
    replies: Sequence[ReplyHeaders] = ()
    hash: str | None = None
    demand: int = 0

    def to_json(self) -> bytes:
        """Write the response."""
        if self.raw is not None and not self.errors and not self.extensions:
            return self.raw
        response: dict[str, Any] = {}
        if self.errors:
            response["errors"] = self.errors
        if self.executed:
            text = self.written if self.raw is None else self.raw[8:-1]
            response["data"] = self.data if text is None else orjson.Fragment(text)
        if self.extensions:
            response["extensions"] = self.extensions
        return dumps(response)


def refused(refusal: OperationRefused) -> GraphQLResponse:
    """Answer an operation of which nothing was executed."""
    return GraphQLResponse(
        errors=refusal.errors,
        executed=False,
        status=refusal.status,
        is_http_error=refusal.is_http_error,
    )
