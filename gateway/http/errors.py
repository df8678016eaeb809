"""Why an HTTP request is refused before any operation of it is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from gateway.operation.errors import OperationRefused, error_item
from shared.process.exhaustion import is_exhausted


class HttpRefused(Exception):
    """The whole request is refused with an HTTP status; its body has only ``errors``.

    ``items``: the body is an array of so many such objects, one for each operation of a batch.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        *,
        items: int | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}
        self.items = items
        self.errors = [error_item(message, code, **extensions)]

    def body(self) -> bytes:
        """The body of the answer."""
        body = orjson.dumps({"errors": self.errors})
        return body if self.items is None else b"[" + b",".join([body] * self.items) + b"]"


class ParametersInvalid(OperationRefused):
    """A well-formed JSON body whose parameters are not those of GraphQL over HTTP."""

    code = "BAD_USER_INPUT"


def last_word(error: Exception, request_id: str) -> HttpRefused:
    """What may leave of an error that nobody foresaw: a generic text and the request id."""
    if is_exhausted(error):
        message, wait = "There is no room for this at present. Try again.", {"retry-after": "1"}
        return HttpRefused(503, "UNAVAILABLE", message, wait, retryable=True)
    message = "Something went wrong on our side."
    return HttpRefused(500, "INTERNAL", message, requestId=request_id)


def bad_request(message: str, *, items: int | None = None) -> HttpRefused:
    """400: not a GraphQL request. ``items``: the size of a batch that is answered one by one."""
    return HttpRefused(400, "BAD_USER_INPUT", message, items=items)
