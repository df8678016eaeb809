"""How errors look to a client, and what of them is written down.

Three kinds come out of execution: faults in what the caller sent, errors of the client family
(``shared.errors.ClientError`` and a service's domain errors), and everything else: INTERNAL with
the request id and nothing more; its cause goes to the log only.
"""

from collections.abc import Sequence
from typing import Any, cast

import structlog
from graphql import DocumentNode, GraphQLError

from shared.errors import ClientError, ClientFacing, RateLimited, TimedOut, Unavailable
from shared.process.exhaustion import is_exhausted
from shared.validation.input_faults import (
    InputFault,
    argument_paths,
    fault_of,
    fault_of_argument,
    fault_of_variable,
    mark_fault,
    without_value,
)

log = structlog.get_logger(__name__)

INTERNAL = "INTERNAL"
INTERNAL_MESSAGE = "Something went wrong on our side."
MAX_ERRORS = 100
DEEPEST_CAUSE = 20  # below an error that is told
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
        formatted = [self._formatted(error, request_id) for error in errors[:MAX_ERRORS]]
        for error in errors:
            _let_go(error)
        return formatted

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
        if fault_of(error) is not None:  # a scalar's parser gave up, as int does at 4,300 digits
            return _input_fault(error, error)
        return self._internal(cause, error, request_id)

    def _internal(
        self, cause: BaseException, error: GraphQLError, request_id: str
    ) -> tuple[str, dict[str, Any]]:
        log.error("resolver failed", path=error.path, exc_info=cause)
        if is_exhausted(cause):
            unavailable = Unavailable()
            return str(unavailable), {"code": unavailable.code, **unavailable.extensions()}
        extensions: dict[str, Any] = {"code": INTERNAL, "requestId": request_id}
        if self._debug:
            extensions["cause"] = f"{type(cause).__name__}: {cause}"
        return INTERNAL_MESSAGE, extensions


def _let_go(error: BaseException) -> None:
    """Of the frames it was raised in, which hold it, and with it the whole request, again."""
    told: BaseException | None = error
    for _ in range(DEEPEST_CAUSE):
        if told is None:
            return
        told.__traceback__ = None
        below = told.original_error if isinstance(told, GraphQLError) else None
        told = below or told.__cause__ or told.__context__


def innermost(error: GraphQLError) -> BaseException:
    """What was raised first, below the layers of GraphQLError."""
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _input_fault(error: GraphQLError, cause: GraphQLError) -> tuple[str, dict[str, Any]]:
    """A fault in the document or its variables; refused values are not repeated."""
    fault = fault_of(error)
    code = (error.extensions or {}).get("code") or (cause.extensions or {}).get("code")
    if fault is None and code is not None:
        return error.message, {"code": code}
    fault = fault or fault_of_argument(cause) or InputFault((), without_value(cause.message))
    return fault.message, {"code": "BAD_USER_INPUT", "violations": [fault.violation()]}


def mark_variables(document: DocumentNode, errors: Sequence[GraphQLError]) -> None:
    """Note at errors about the values of variables where and what is wrong."""
    paths = argument_paths(document)
    for error in errors:
        fault = None if error.path is not None else fault_of_variable(error, paths)
        if fault is not None:
            mark_fault(error, fault)


def status_of_request_error(formatted: Sequence[dict[str, Any]]) -> int:
    """The HTTP status when nothing was executed."""
    codes = {error["extensions"]["code"] for error in formatted}
    if codes & {Unavailable.code, TimedOut.code}:
        return 503
    if RateLimited.code in codes:
        return 429
    return 500 if INTERNAL in codes else 400
