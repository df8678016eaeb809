"""Strawberry's ASGI view, with GraphQL over HTTP done to the letter.

``run`` replaces the view's own: it takes the answer's bytes from the pipeline, and it decides every
status. Nothing of an operation is looked at before the guards are past.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from starlette.responses import Response
from starlette.types import Receive
from strawberry.asgi import GraphQL
from strawberry.types.unset import UNSET

from gateway.config.settings import GatewaySettings
from gateway.http.admission import Admission
from gateway.http.arrival import Arrival
from gateway.http.bodies import ClientGone, read_body
from gateway.http.compression import compressed
from gateway.http.cors import Cors
from gateway.http.disconnect import while_connected
from gateway.http.errors import HttpRefused
from gateway.http.exchanges import Exchanges
from gateway.http.guards import METHODS, check_forgery, check_method
from gateway.http.negotiation import GRAPHQL_JSON, JSON, check_content_type, response_type
from gateway.http.observing import Observer, Record
from gateway.http.parameters import Requests, request_from_query_string, requests_from_body
from gateway.http.reply_headers import reply_headers
from gateway.http.responses import BytesResponse, NoResponse, RawHeaders, raw_headers
from gateway.http.strawberry_schema import SupergraphSchema
from gateway.http.tracing import Tracing
from gateway.operation.errors import error_item
from gateway.pipeline import answer, answer_batch
from gateway.request.context import Exchange
from gateway.request.response import Answer
from gateway.runtime.runtime import World

log = structlog.get_logger(__name__)

ExplorerPage = Callable[[], Response]
CLIENT_CLOSED = 499
_CONTENT_TYPES = {
    JSON: b"application/json; charset=utf-8",
    GRAPHQL_JSON: b"application/graphql-response+json; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: a status and a JSON body."""

    status: int
    media: str
    body: bytes
    headers: RawHeaders


@dataclass(frozen=True, slots=True)
class Doorway:
    """What the view works with, beside the world: built once by the composition root."""

    settings: GatewaySettings
    exchanges: Exchanges
    admission: Admission
    observer: Observer
    explorer_page: ExplorerPage | None = None
    tracing: Tracing | None = None


class SupergraphView(GraphQL[Any, Any]):
    """POST and GET on the GraphQL endpoint."""

    def __init__(self, world: World, doorway: Doorway) -> None:
        super().__init__(
            SupergraphSchema(world),
            graphql_ide=None,
            subscription_protocols=(),
            multipart_uploads_enabled=False,
        )
        settings = doorway.settings
        self.doorway = doorway
        self.limits = settings.limits
        self.body_seconds = settings.times.body
        self.compress_bytes = settings.compress_bytes
        self.passed_headers = frozenset(name.lower() for name in settings.response_headers)
        self.cors = Cors(settings.cors)
        self.csrf_headers = frozenset(name.lower() for name in settings.csrf_headers)

    async def run(self, request: Any, context: Any = UNSET, root_value: Any = UNSET) -> Any:
        """Answer one HTTP request."""
        del context, root_value
        arrival = Arrival.of(request.scope)
        page = self.doorway.explorer_page
        if page is not None and wants_page(arrival):
            return page()
        record = Record()
        status = CLIENT_CLOSED
        try:
            work = self.reply_to_any(arrival, request.receive, record)
            tracing = self.doorway.tracing
            reply = await (work if tracing is None else tracing.around(arrival, record, work))
            status = reply.status
            return await self.response(arrival, reply)
        except ClientGone:
            return NoResponse()
        finally:
            self.doorway.observer.ended(arrival, record, status)

    async def response(self, arrival: Arrival, reply: Reply) -> Response:
        """Write ``reply`` with the headers that every answer has."""
        accepted = arrival.headers.get("accept-encoding")
        body, encoding = await compressed(reply.body, accepted, self.compress_bytes)
        headers = [
            (b"content-type", _CONTENT_TYPES[reply.media]),
            (b"content-length", b"%d" % len(body)),
            (b"x-request-id", arrival.request_id.encode()),
            (b"x-content-type-options", b"nosniff"),
        ]
        headers += encoding
        headers += self.cors.grant(arrival.headers.get("origin"))
        headers += reply.headers
        return BytesResponse(body, reply.status, headers)

    async def reply_to_any(self, arrival: Arrival, receive: Receive, record: Record) -> Reply:
        """Reply, whatever happens: refusals with their status, anything unforeseen with 500."""
        admission = self.doorway.admission
        try:
            admission.enter()
            try:
                return await self.reply(arrival, receive, record)
            finally:
                admission.leave()
        except HttpRefused as refusal:
            record.codes.add(refusal.code)
            return _refusal(arrival, refusal)
        except ClientGone:
            raise
        except Exception:
            # The last door: nothing but a generic text and the request id may leave.
            log.exception("request failed", request_id=arrival.request_id)
            record.codes.add("INTERNAL")
            return _internal(arrival)

    async def reply(self, arrival: Arrival, receive: Receive, record: Record) -> Reply:
        """Pass the guards, run the operations, choose the status. Raises HttpRefused."""
        if arrival.method == "OPTIONS":
            return self.preflight(arrival)
        check_method(arrival)
        media = response_type(arrival.headers.get("accept"))
        requests = await self.read(arrival, receive)
        batch_size = len(requests) if isinstance(requests, list) else None
        exchange = await self.doorway.exchanges.open(arrival, batch_size)
        answers = await while_connected(
            _answers(requests, exchange, read_only=arrival.method == "GET"), receive
        )
        _note(record, answers)
        has_token = "authorization" in arrival.headers
        headers = reply_headers(answers, self.passed_headers, has_token=has_token)
        if batch_size is not None:
            body = b"[" + b",".join(found.to_json() for found in answers) + b"]"
            executed = any(found.executed for found in answers)
            return Reply(200 if executed else 400, media, body, headers)
        [found] = answers
        status = found.status if media == GRAPHQL_JSON or found.is_http_error else 200
        if status == 405:  # noqa: PLR2004
            headers.append((b"allow", b"POST"))
        return Reply(status, media, found.to_json(), headers)

    async def read(self, arrival: Arrival, receive: Receive) -> Requests:
        """Read what the client asks, under the caps. Raises HttpRefused."""
        headers = arrival.headers
        if arrival.method == "GET":
            check_forgery(arrival, self.csrf_headers, self.cors)
            return request_from_query_string(arrival.query_string)
        check_content_type(headers.get("content-type"))
        body = await read_body(
            receive,
            length=headers.get("content-length"),
            encoding=headers.get("content-encoding"),
            limit=self.limits.body_bytes,
            seconds=self.body_seconds,
        )
        return requests_from_body(body, self.limits.batch)

    def preflight(self, arrival: Arrival) -> Reply:
        """Answer OPTIONS: what a page may send, if its origin has a grant."""
        requested = arrival.headers.get("access-control-request-headers")
        headers = self.cors.preflight(arrival.headers.get("origin"), requested)
        return Reply(204, JSON, b"", [(b"allow", METHODS.encode()), *headers])


async def _answers(requests: Requests, exchange: Exchange, *, read_only: bool) -> list[Answer]:
    if isinstance(requests, list):
        return await answer_batch(requests, exchange)
    return [await answer(requests, exchange, read_only=read_only)]


def _note(record: Record, answers: Sequence[Answer]) -> None:
    record.operations = len(answers)
    for found in answers:
        if found.hash is not None:
            record.hashes.append(found.hash)
        for item in found.errors:
            record.codes.add(str(item.get("extensions", {}).get("code", "INTERNAL")))


def wants_page(arrival: Arrival) -> bool:
    """Tell whether a browser asks for the explorer: a GET for HTML that asks no operation."""
    return (
        arrival.method == "GET"
        and "text/html" in arrival.headers.get("accept", "")
        and b"query=" not in arrival.query_string
    )


def _refusal(arrival: Arrival, refusal: HttpRefused) -> Reply:
    body = orjson.dumps({"errors": refusal.errors})
    if refusal.items is not None:
        body = b"[" + b",".join([body] * refusal.items) + b"]"
    return Reply(refusal.status, _media(arrival), body, raw_headers(refusal.headers.items()))


def _internal(arrival: Arrival) -> Reply:
    item = error_item("Something went wrong on our side.", "INTERNAL", requestId=arrival.request_id)
    return Reply(500, _media(arrival), orjson.dumps({"errors": [item]}), [])


def _media(arrival: Arrival) -> str:
    try:
        return response_type(arrival.headers.get("accept"))
    except HttpRefused:
        return JSON
