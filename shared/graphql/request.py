"""Reading a GraphQL request's body: bounded, typed, and refused with the right status."""

import json
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.requests import Request

from shared.http.bodies import BadRequest, read_body

_SINGLETONS = ("authorization", "content-encoding", "content-type")
"""Of two we would believe the first, and whoever stands before us perhaps the second."""
LONG_BODY = 64_000
"""Bytes that are read in a millisecond, whatever is in them."""
MOST_MARKS = 350_000
"""Commas, colons and opening brackets of a body: variables of 50,000 values, which are the most
that is answered, have 150,000."""
_MARKS = b",:[{"
LONGEST_SLOWLY = 500_000
"""Bytes that the standard library's reader may have to read again: it takes five times as long."""


@dataclass(frozen=True, slots=True)
class GraphQLParameters:
    """GraphQL over HTTP, "Request parameters"."""

    query: str | None
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] = field(default_factory=dict)


async def read_parameters(request: Request, max_bytes: int) -> GraphQLParameters:
    """The parameters of a POST with a JSON body. Raises ``BadRequest``."""
    if request.method != "POST":
        raise BadRequest(405, "Send a POST request.", Allow="POST")
    for name in _SINGLETONS:
        if len(request.headers.getlist(name)) > 1:
            raise BadRequest(400, f"The header {name} may come only once.")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise BadRequest(415, "Send application/json.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise BadRequest(415, "Send the body without a content encoding.")
    return _parameters(_decoded(await read_body(request, max_bytes)))


def _decoded(body: bytes) -> dict[str, Any]:
    """Read a body, unless it has far more values than are answered: 4 MB of them take 0.1 s.

    Not beside the event loop: the reader holds the interpreter until it has read everything.
    """
    if len(body) > LONG_BODY and len(body) - len(body.translate(None, _MARKS)) > MOST_MARKS:
        raise BadRequest(400, "The body holds too many values.")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        if len(body) > LONGEST_SLOWLY:
            message = "The body is not valid JSON, or too long for numbers past 64 bits."
            raise BadRequest(400, message) from None
        document = _decoded_slowly(body)
    if isinstance(document, list):
        raise BadRequest(400, "Batches are not served here.")
    if not isinstance(document, dict):
        raise BadRequest(400, "The body must be a JSON object.")
    return document


def _decoded_slowly(body: bytes) -> Any:
    """What orjson refuses although it is JSON: 1e400 and numbers of hundreds of digits."""
    try:
        document = json.loads(body, parse_int=float, parse_constant=_refuse)
        json.dumps(document, ensure_ascii=False).encode()  # a lone surrogate is no text
    except RecursionError:
        raise BadRequest(400, "The body is nested too deeply.") from None
    except ValueError:
        raise BadRequest(400, "The body is not valid JSON.") from None
    return document


def _refuse(name: str) -> None:
    raise ValueError(name)


def _parameters(document: dict[str, Any]) -> GraphQLParameters:
    query = document.get("query")
    variables = document.get("variables")
    operation_name = document.get("operationName")
    extensions = document.get("extensions")
    if not isinstance(query, str):
        raise BadRequest(400, "`query` must be a string.")
    if not isinstance(variables, dict | None):
        raise BadRequest(400, "`variables` must be an object.")
    if not isinstance(operation_name, str | None):
        raise BadRequest(400, "`operationName` must be a string.")
    if not isinstance(extensions, dict | None):
        raise BadRequest(400, "`extensions` must be an object.")
    return GraphQLParameters(query, variables, operation_name, extensions or {})
