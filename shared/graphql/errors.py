"""How errors look to a client, and what of them is written down.

Three kinds come out of execution: faults in what the caller sent, errors of the client family
(``shared.errors.ClientError`` and a service's domain errors), and everything else: INTERNAL with
the request id and nothing more; its cause goes to the log only.
"""

import re
from collections.abc import Sequence
from typing import Any, cast

import structlog
from graphql import GraphQLError

from shared.errors import ClientError, ClientFacing, RateLimited, TimedOut, Unavailable

log = structlog.get_logger(__name__)

INTERNAL = "INTERNAL"
INTERNAL_MESSAGE = "Something went wrong on our side."
VARIABLE = re.compile(r"Variable '?\$(?P<name>\w+)'?(?P<rest>.*)", re.DOTALL)
WHERE = re.compile(r"^ has invalid value at (?P<path>[^:]*): ")
STEP = re.compile(r"\[(\d+)\]|(\w+)")
MAX_ERRORS = 100
MAX_MESSAGE = 300


class ErrorPresenter:
    """Formats errors for the answer.

    ``client_errors``: base classes whose instances may speak (``shared.errors.ClientFacing``).
    ``debug``: INTERNAL errors carry their cause; never outside dev.
    """

    def __init__(self, client_errors: Sequence[type[Exception]] = (), *, debug: bool = False):
        self._client_errors: tuple[type[Exception], ...] = (ClientError, *client_errors)
        self._debug = debug

    def present(self, errors: Sequence[GraphQLError], request_id: str) -> list[dict[str, Any]]:
        """The formatted errors, at most 100."""
        return [self._formatted(error, request_id) for error in errors[:MAX_ERRORS]]

    def _formatted(self, error: GraphQLError, request_id: str) -> dict[str, Any]:
        message, extensions = self._meaning(error, request_id)
        formatted: dict[str, Any] = {"message": message[:MAX_MESSAGE]}
        if error.locations:
            formatted["locations"] = [location.formatted for location in error.locations]
        if error.path is not None:
            formatted["path"] = error.path
        formatted["extensions"] = extensions
        return formatted

    def _meaning(self, error: GraphQLError, request_id: str) -> tuple[str, dict[str, Any]]:
        cause = innermost(error)
        if isinstance(cause, self._client_errors):
            facing = cast("ClientFacing", cause)
            return str(cause), {"code": facing.code, **facing.extensions()}
        if isinstance(cause, GraphQLError):
            return _input_fault(error, cause)
        return self._internal(cause, error, request_id)

    def _internal(
        self, cause: BaseException, error: GraphQLError, request_id: str
    ) -> tuple[str, dict[str, Any]]:
        log.error("resolver failed", path=error.path, exc_info=cause)
        extensions: dict[str, Any] = {"code": INTERNAL, "requestId": request_id}
        if self._debug:
            extensions["cause"] = f"{type(cause).__name__}: {cause}"
        return INTERNAL_MESSAGE, extensions


def innermost(error: GraphQLError) -> BaseException:
    """What was raised first, below the layers of GraphQLError."""
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _input_fault(error: GraphQLError, cause: GraphQLError) -> tuple[str, dict[str, Any]]:
    """A fault in the document or its variables; refused values are not repeated."""
    code = (error.extensions or {}).get("code") or (cause.extensions or {}).get("code")
    if code is not None and code != "BAD_USER_INPUT":
        return error.message, {"code": code}
    path = _argument_path(error)
    message = _without_value(cause.message if path else error.message)
    fault = {"path": path, "code": "INVALID_VALUE", "message": message}
    return message, {"code": "BAD_USER_INPUT", "violations": [fault]}


def _argument_path(error: GraphQLError) -> list[str | int]:
    """``$input ... at .tags[2]`` → ``["input", "tags", 2]``, as far as the message tells."""
    match = VARIABLE.match(error.message)
    if match is None:
        return []
    where = WHERE.match(match["rest"])
    steps = STEP.findall(where["path"]) if where is not None else []
    return [match["name"], *(int(index) if index else name for index, name in steps)]


def _without_value(message: str) -> str:
    """graphql-core ends its messages with the value refused; it may be a password."""
    head, separator, _ = message.partition(" value: ")
    return f"{head} value." if separator else message


def status_of_request_error(formatted: Sequence[dict[str, Any]]) -> int:
    """The HTTP status when nothing was executed."""
    codes = {error["extensions"]["code"] for error in formatted}
    if codes & {Unavailable.code, TimedOut.code}:
        return 503
    if RateLimited.code in codes:
        return 429
    return 500 if INTERNAL in codes else 400
