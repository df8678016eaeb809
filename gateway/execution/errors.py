"""Errors of fetches, as clients may see them.

SubgraphError (no usable answer)      -> one error per index-free place the fetch fills
entry of a reply's ``errors``         -> one error per target, path in client keys
  with an allowed code                   message and extensions pass, but for internals
  with any other, or none                masked: INTERNAL and the request id
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gateway.execution.paths import ConcretePath
from gateway.request.gathered import FieldError
from gateway.subgraphs.protocol import SubgraphError, SubgraphReplyInvalid, SubgraphTimeout

COMMON_CODES = frozenset(
    {
        "UNAUTHENTICATED",
        "FORBIDDEN",
        "NOT_FOUND",
        "BAD_USER_INPUT",
        "CONFLICT",
        "RATE_LIMITED",
        "OPERATION_TOO_COMPLEX",
        "UNAVAILABLE",
        "TIMEOUT",
    }
)
"""Codes that mean the same in any schema; a deployment adds its own."""

_INTERNAL_EXTENSIONS = frozenset(
    {"stacktrace", "exception", "trace", "debug", "cause", "service", "serviceName", "requestId"}
)
_MASKED_MESSAGE = "Something went wrong on our side."
_MAX_MESSAGE = 1_000


@dataclass(frozen=True, slots=True)
class ErrorPolicy:
    """What of a subgraph's errors reaches clients.

    ``codes``: errors with one of these keep code, message and extensions; all others are masked.
    ``name_services``: put the subgraph's name into ``extensions.service`` (never in production).
    """

    codes: frozenset[str] = COMMON_CODES
    name_services: bool = False


def subgraph_error(
    entry: Any, path: ConcretePath, *, subgraph: str, request_id: str, policy: ErrorPolicy
) -> FieldError:
    """Return an entry of a reply's ``errors`` for ``path``, masked unless its code is allowed."""
    extensions = entry.get("extensions") if type(entry) is dict else None
    code = extensions.get("code") if type(extensions) is dict else None
    if type(extensions) is dict and type(code) is str and code in policy.codes:
        message = entry.get("message")
        text = message[:_MAX_MESSAGE] if type(message) is str else _MASKED_MESSAGE
        shown = {k: v for k, v in extensions.items() if k not in _INTERNAL_EXTENSIONS}
    else:
        text, shown = _MASKED_MESSAGE, {"code": "INTERNAL", "requestId": request_id}
    if policy.name_services:
        shown["service"] = subgraph
    return FieldError(text, path, shown)


def failure_error(
    failure: SubgraphError,
    path: ConcretePath,
    *,
    subgraph: str,
    request_id: str,
    policy: ErrorPolicy,
    is_mutation: bool = False,
) -> FieldError:
    """Return the error of a fetch that got no usable answer; its cause is for the log only."""
    extensions: dict[str, Any] = {"code": failure.code, "requestId": request_id}
    extensions["retryable"] = failure.retryable and not is_mutation
    if policy.name_services:
        extensions["service"] = subgraph
    return FieldError(_failure_message(failure, is_mutation=is_mutation), path, extensions)


def _failure_message(failure: SubgraphError, *, is_mutation: bool) -> str:
    match failure:
        case SubgraphTimeout() if is_mutation:
            return "This took too long. It is unknown whether it took effect."
        case SubgraphTimeout():
            return "This took too long. Try again."
        case SubgraphReplyInvalid():
            return "A service this needs gave no usable answer."
        case _ if is_mutation:
            return "A service this needs failed. It is unknown whether it took effect."
        case _:
            return "A service this needs is temporarily unavailable. Try again."
