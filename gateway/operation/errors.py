"""Why a client's operation is refused. Each class has a stable code and speaks to clients.

OperationRefused
├── OperationNotFound      no such operation in the document
├── ParseFailed            not a GraphQL document
├── ValidationFailed       does not fit the schema
├── TooComplex             past a limit
├── SlicingArgumentMissing a list that must be sliced to say how much it demands
├── VariablesInvalid       values that do not fit the variables' types (so do literals' faults read)
├── MutationByGet          a GET that would change something
├── PreparationFailed      could not be prepared, or not in time; not the client's fault
└── OperationUnsupported   subscriptions, until they are built

Other stages add their own beside what they refuse: ``introspection.access``, ``persisted.errors``,
``http.errors``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

ErrorItem = dict[str, Any]
"""One entry of a response's ``errors``."""


class OperationRefused(Exception):
    """Nothing was executed: the response has ``errors`` and no ``data``.

    ``status`` is the HTTP status under ``application/graphql-response+json``, and under any media
    type where ``is_http_error``.
    """

    code = "BAD_USER_INPUT"
    status = 400
    is_http_error = False

    def __init__(
        self, message: str, *, errors: Sequence[ErrorItem] = (), code: str | None = None
    ) -> None:
        super().__init__(message)
        self.errors = list(errors) or [error_item(message, code or self.code)]

    def anew(self) -> Self:
        """Return the same refusal, never raised yet: to be kept, or raised to somebody else.

        One that was raised holds the frames that it went through, and with them the request; this
        one lets go of them, since they may hold it.
        """
        self.__traceback__ = None
        again = type(self).__new__(type(self), *self.args)
        again.__dict__.update(self.__dict__)
        return again


class OperationNotFound(OperationRefused):
    """The document has no such operation, or several and no name was given."""

    code = "OPERATION_RESOLUTION_FAILURE"


class ParseFailed(OperationRefused):
    """The text is not a GraphQL document."""

    code = "GRAPHQL_PARSE_FAILED"


class ValidationFailed(OperationRefused):
    """The document does not fit the schema."""

    code = "GRAPHQL_VALIDATION_FAILED"


class TooComplex(OperationRefused):
    """The operation is past a limit of depth, aliases, tokens, root fields, cost or demand."""

    code = "OPERATION_TOO_COMPLEX"


class SlicingArgumentMissing(OperationRefused):
    """``@listSize`` of a field demands exactly one slicing argument."""

    code = "BAD_USER_INPUT"


class VariablesInvalid(OperationRefused):
    """A variable's value does not fit its type."""

    code = "BAD_USER_INPUT"


class MutationByGet(OperationRefused):
    """A GET may be repeated, prefetched and forged: it must change nothing."""

    code = "METHOD_NOT_ALLOWED"
    status = 405
    is_http_error = True


class PreparationFailed(OperationRefused):
    """Preparing the document took too long, or ended the process that did it."""

    code = "UNAVAILABLE"
    status = 503
    is_http_error = True


class OperationUnsupported(OperationRefused):
    """A kind of operation that this gateway does not serve."""

    code = "SUBSCRIPTIONS_UNSUPPORTED"


def error_item(message: str, code: str, **extensions: Any) -> ErrorItem:
    """Build one entry of ``errors``."""
    return {"message": message, "extensions": {"code": code, **extensions}}
