"""From a subgraph's raw reply to its data and errors, or to a typed error of that fetch only."""

from __future__ import annotations

from typing import Any

import msgspec
import orjson

from gateway.execution.exact_numbers import loads_exactly
from gateway.execution.seen_answers import SeenAnswers
from gateway.request.gathered import LARGE
from gateway.request.json_pieces import loads_in_pieces
from gateway.request.large_answers import LargeAnswers
from gateway.subgraphs.protocol import (
    GatewayKeyRefused,
    SubgraphNotServing,
    SubgraphReply,
    SubgraphReplyInvalid,
)

_GRAPHQL_JSON = "application/graphql-response+json"
_NO_SUCCESS = 300
_CLIENT_ERRORS = range(400, 500)
NOT_AT_PRESENT = frozenset({408, 425, 429, 502, 503, 504})
"""What balancers and servers say while a subgraph is started again, or has too much to do."""
_UNAUTHORIZED = 401
_KEY_REFUSED = "GATEWAY_KEY_REFUSED"


class Response(msgspec.Struct, frozen=True):
    """A well-formed GraphQL response: ``data`` (None where null or absent) and raw ``errors``."""

    data: dict[str, Any] | None
    errors: list[Any]


async def decoded(reply: SubgraphReply, large: LargeAnswers, *, exactly: bool = False) -> Response:
    """Decode as ``decode`` does, a long reply beside the loop."""
    if len(reply.body) <= LARGE:
        return decode(reply, exactly=exactly)
    return await large.apart(decode, reply, exactly=exactly)


def decode(reply: SubgraphReply, *, exactly: bool = False) -> Response:
    """Decode ``reply``; ``exactly``: keep the text of numbers that would change.

    Raises a SubgraphError, whose text holds nothing of the body.
    """
    try:
        response = _decode(reply, exactly=exactly)
    except SubgraphReplyInvalid as error:
        if reply.status in NOT_AT_PRESENT:
            raise SubgraphNotServing(str(error)) from None
        raise
    if reply.status == _UNAUTHORIZED and any(map(_refuses_our_key, response.errors)):
        raise GatewayKeyRefused("the subgraph refuses the gateway key")
    return response


def _decode(reply: SubgraphReply, *, exactly: bool) -> Response:
    if reply.status >= _NO_SUCCESS and reply.status not in _CLIENT_ERRORS:
        _check_status(reply)
    try:
        loads = loads_exactly if exactly else orjson.loads
        is_long = len(reply.body) > LARGE
        body = loads_in_pieces(reply.body, loads) if is_long else loads(reply.body)
    except ValueError:
        raise SubgraphReplyInvalid(f"status {reply.status}, body is not usable JSON") from None
    if type(body) is not dict:
        raise SubgraphReplyInvalid("body is not a JSON object")
    data, errors = body.get("data"), body.get("errors")
    if data is not None and type(data) is not dict:
        raise SubgraphReplyInvalid("data is not an object")
    if errors is not None and type(errors) is not list:
        raise SubgraphReplyInvalid("errors is not a list")
    if data is None and not errors:
        raise SubgraphReplyInvalid("neither data nor errors")
    return Response(data, errors or [])


def _refuses_our_key(entry: Any) -> bool:
    extensions = entry.get("extensions") if type(entry) is dict else None
    return type(extensions) is dict and extensions.get("code") == _KEY_REFUSED


def _check_status(reply: SubgraphReply) -> None:
    """Refuse a redirect or a server error unless it says itself that it is a GraphQL response.

    JSON with status 3xx or 5xx usually comes from something before the subgraph. Other statuses
    are judged by the body alone: servers answer 400 and 401 with well-formed errors.
    """
    media_types = [
        value.partition(";")[0].strip().lower() for value in reply.headers.get("content-type", ())
    ]
    if media_types != [_GRAPHQL_JSON]:
        raise SubgraphReplyInvalid(f"status {reply.status}")


class _RawResponse(msgspec.Struct):
    data: msgspec.Raw = msgspec.Raw(b"")
    errors: msgspec.Raw = msgspec.Raw(b"")


_raw_decoder = msgspec.json.Decoder(_RawResponse)
_NO_ERRORS = frozenset({b"", b"null", b"[]"})


_BEFORE_DATA, _AFTER_DATA = b'{"data":', b"}"
_seen = SeenAnswers()


def raw_answer(reply: SubgraphReply) -> bytes | None:
    """Return ``{"data":...}`` with the reply's own text if that may pass unparsed, else None.

    It may when it is valid UTF-8 (msgspec.Raw does not look), ``data`` is an object and there are
    no errors. Everything else takes the ordinary path, which says what is wrong.
    """
    if reply.status >= _NO_SUCCESS:
        return None
    if _seen.has(reply.body):
        return reply.body
    if not _is_utf8(reply.body):
        return None
    try:
        response = _raw_decoder.decode(reply.body)
    except (msgspec.DecodeError, RecursionError):
        return None
    if bytes(response.errors) not in _NO_ERRORS:
        return None
    body, data = reply.body, memoryview(response.data)
    if data[:1].tobytes() != b"{":
        return None
    # Most replies are nothing else, and 87 KB need not be copied twice to be the same.
    if len(body) == len(_BEFORE_DATA) + len(data) + 1 and body.startswith(_BEFORE_DATA):
        _seen.add(body)
        return body
    return b"".join((_BEFORE_DATA, data, _AFTER_DATA))


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        return True
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
