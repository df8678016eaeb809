"""Strawberry's ASGI view, with GraphQL over HTTP done to the letter.

``run`` replaces the view's own: it takes the answer's bytes from the pipeline, and it decides every
status. Nothing of an operation is looked at before the guards are past.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from starlette.responses import Response
from starlette.types import Receive
from strawberry.asgi import GraphQL
from strawberry.types.unset import UNSET

from gateway.exchange import Exchange
from gateway.http.arrival import Arrival
from gateway.http.bodies import ClientGone, read_body
from gateway.http.cors import Cors
from gateway.http.errors import HttpRefused
from gateway.http.exchanges import Exchanges
from gateway.http.guards import METHODS, check_forgery, check_method
from gateway.http.negotiation import GRAPHQL_JSON, JSON, check_content_type, response_type
from gateway.http.parameters import Requests, request_from_query_string, requests_from_body
from gateway.http.responses import BytesResponse, NoResponse, RawHeaders, raw_headers
from gateway.operation.errors import OperationRefused, error_item
from gateway.operation.request import GraphQLRequest
from gateway.pipeline import answer, answer_batch
from gateway.runtime import World
from gateway.schema import SupergraphSchema
from gateway.settings import GatewaySettings

log = structlog.get_logger(__name__)

ExplorerPage = Callable[[], Response]
_CONTENT_TYPES = {
    JSON: b"application/json; charset=utf-8",
    GRAPHQL_JSON: b"application/graphql-response+json; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: a status and a JSON body, but for a preflight (204, no body)."""

    status: int
    media: str
    body: bytes
    headers: RawHeaders


class SupergraphView(GraphQL[Any, Any]):
    """POST and GET on the GraphQL endpoint."""

    def __init__(
        self,
        world: World,
        settings: GatewaySettings,
        exchanges: Exchanges,
        explorer_page: ExplorerPage | None = None,
    ) -> None:
        super().__init__(
            SupergraphSchema(world),
            graphql_ide=None,
            subscription_protocols=(),
            multipart_uploads_enabled=False,
        )
        self.settings = settings
        self.exchanges = exchanges
        self.explorer_page = explorer_page
        self.cors = Cors(settings.cors)
        self.csrf_headers = frozenset(name.lower() for name in settings.csrf_headers)

    async def run(self, request: Any, context: Any = UNSET, root_value: Any = UNSET) -> Any:
        """Answer one HTTP request."""
        del context, root_value
        arrival = Arrival.of(request.scope)
        if self.explorer_page is not None and wants_page(arrival):
            return self.explorer_page()
        try:
            reply = await self.reply(arrival, request.receive)
        except HttpRefused as refusal:
            reply = _refusal(arrival, refusal)
        except ClientGone:
            return NoResponse()
        except Exception:  # the last door: nothing but a generic text may leave
            log.exception("request failed", request_id=arrival.request_id)
            reply = _internal(arrival)
        return self.response(arrival, reply)

    def response(self, arrival: Arrival, reply: Reply) -> Response:
        """Write ``reply`` with the headers that every answer has."""
        headers = [
            (b"content-type", _CONTENT_TYPES[reply.media]),
            (b"content-length", b"%d" % len(reply.body)),
            (b"x-request-id", arrival.request_id.encode()),
        ]
        headers += self.cors.grant(arrival.headers.get("origin"))
        headers += reply.headers
        return BytesResponse(reply.body, reply.status, headers)

    async def reply(self, arrival: Arrival, receive: Receive) -> Reply:
        """Pass the guards, run the operations, choose the status. Raises HttpRefused."""
        if arrival.method == "OPTIONS":
            return self.preflight(arrival)
        check_method(arrival)
        media = response_type(arrival.headers.get("accept"))
        requests = await self.read(arrival, receive)
        exchange = await self.exchanges.open(arrival, is_batch=isinstance(requests, list))
        if isinstance(requests, list):
            return await reply_to_batch(requests, exchange, media)
        found = await answer(requests, exchange, read_only=arrival.method == "GET")
        status = found.status if media == GRAPHQL_JSON or found.is_http_error else 200
        headers = [(b"allow", b"POST")] if status == 405 else []  # noqa: PLR2004
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
            limit=self.settings.limits.body_bytes,
            seconds=self.settings.times.body,
        )
        return requests_from_body(body, self.settings.limits.batch)

    def preflight(self, arrival: Arrival) -> Reply:
        """Answer OPTIONS: what a page may send, if its origin has a grant."""
        requested = arrival.headers.get("access-control-request-headers")
        headers = self.cors.preflight(arrival.headers.get("origin"), requested)
        return Reply(200, JSON, b"{}", [(b"allow", METHODS.encode()), *headers])


async def reply_to_batch(
    requests: list[GraphQLRequest | OperationRefused], exchange: Exchange, media: str
) -> Reply:
    """Answer an array in its order: 200 if anything in it was executed."""
    answers = await answer_batch(requests, exchange)
    body = b"[" + b",".join(found.to_json() for found in answers) + b"]"
    executed = any(found.executed for found in answers)
    return Reply(200 if executed else 400, media, body, [])


def wants_page(arrival: Arrival) -> bool:
    """Tell whether a browser asks for the explorer: a GET for HTML that asks no operation."""
    return (
        arrival.method == "GET"
        and "text/html" in arrival.headers.get("accept", "")
        and b"query=" not in arrival.query_string
    )


def _refusal(arrival: Arrival, refusal: HttpRefused) -> Reply:
    body = orjson.dumps({"errors": refusal.errors})
    return Reply(refusal.status, _media(arrival), body, raw_headers(refusal.headers.items()))


def _internal(arrival: Arrival) -> Reply:
    item = error_item("Something went wrong on our side.", "INTERNAL", requestId=arrival.request_id)
    return Reply(500, _media(arrival), orjson.dumps({"errors": [item]}), [])


def _media(arrival: Arrival) -> str:
    try:
        return response_type(arrival.headers.get("accept"))
    except HttpRefused:
        return JSON
