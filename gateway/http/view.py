"""Strawberry's ASGI view, with GraphQL over HTTP done to the letter.

``run`` replaces the view's own: it takes the response's bytes from the pipeline, and it decides
every status. Nothing of an operation is looked at before the guards are past.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.types.unset import UNSET

from gateway.config.settings import GatewaySettings
from gateway.http.access_log import Record
from gateway.http.admission import Admission
from gateway.http.bodies import MOST_BYTES, BodiesUnderWay, ClientGone, read_body
from gateway.http.compression import compressed
from gateway.http.cors import Cors
from gateway.http.disconnect import while_connected
from gateway.http.errors import HttpRefused, last_word
from gateway.http.expired_tokens import need_no_token
from gateway.http.guards import (
    METHODS,
    READING,
    check_forgery,
    check_method,
    check_protocol,
    check_singletons,
)
from gateway.http.http_request import HttpRequest
from gateway.http.negotiation import (
    GRAPHQL_JSON,
    JSON,
    check_content_type,
    prefers_page,
    response_type,
)
from gateway.http.observing import Observer, client_of
from gateway.http.parameters import (
    Requests,
    names_document,
    request_from_query_string,
    requests_from_body,
)
from gateway.http.reply_headers import reply_headers, varying
from gateway.http.request_contexts import RequestContexts, unauthenticated
from gateway.http.responses import (
    CLIENT_CLOSED,
    CONFINING,
    CONTENT_TYPES,
    BytesResponse,
    NoResponse,
    RawHeaders,
    raw_headers,
)
from gateway.http.strawberry_schema import SupergraphSchema
from gateway.http.tracing import Tracing
from gateway.persisted.errors import PersistedQueryNotFound
from gateway.pipeline import answer, answer_batch
from gateway.request.caller import Trust
from gateway.request.context import RequestContext
from gateway.request.response import GraphQLResponse
from gateway.request.turned_away import STATUS as TURNED_AWAY
from gateway.runtime.runtime import ActiveRuntime, SupergraphRuntime
from shared.settings import Environment
from shared.tokens import TokenRejected

log = structlog.get_logger(__name__)

ExplorerPage = Callable[[], Response]
NO_CONTENT = 204
_CACHED = b"cache-control"
LONG_BODY = 64_000  # bytes; a longer one is read beside the event loop, in up to 0.1 s


class Reply(msgspec.Struct, frozen=True):
    """What goes back: a status and a JSON body."""

    status: int
    media: str
    body: bytes
    headers: RawHeaders


@dataclass(frozen=True, slots=True)
class ViewDependencies:
    """What the view works with, beside the runtime: built once by the composition root."""

    settings: GatewaySettings
    contexts: RequestContexts
    admission: Admission
    observer: Observer
    explorer_page: ExplorerPage | None = None
    tracing: Tracing | None = None


class SupergraphView(GraphQL[Any, Any]):
    """POST and GET on the GraphQL endpoint."""

    def __init__(self, active: ActiveRuntime, dependencies: ViewDependencies) -> None:
        super().__init__(
            SupergraphSchema(active),
            graphql_ide=None,
            subscription_protocols=(),
            multipart_uploads_enabled=False,
        )
        settings = dependencies.settings
        self.active = active
        self.dependencies = dependencies
        self.limits = settings.limits
        self.bodies = BodiesUnderWay(max(MOST_BYTES, 4 * settings.limits.body_bytes))
        self.body_seconds = settings.times.body
        self.compress_bytes = settings.compress_bytes
        self.passed_headers = frozenset(name.lower() for name in settings.response_headers)
        self.vary = varying(dependencies.contexts.travelling)
        self.cors = Cors(settings.cors, is_dev=settings.env is Environment.DEV)
        self.csrf_headers = frozenset(name.lower() for name in settings.csrf_headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request. Strawberry's own makes objects of which nothing is used here."""
        response = await self.answered(scope, receive)
        await response(scope, receive, send)

    async def run(self, request: Any, context: Any = UNSET, root_value: Any = UNSET) -> Any:
        """Answer one HTTP request that Strawberry took."""
        del context, root_value
        return await self.answered(request.scope, request.receive)

    async def answered(self, scope: Scope, receive: Receive) -> Response:
        """Return the response to a request, whatever happens."""
        received = HttpRequest.of(scope)
        page = self.dependencies.explorer_page
        if page is not None and wants_page(received):
            refused = await self.dependencies.contexts.refused_page(received)
            return page() if refused is None else refused
        record = Record()
        status = CLIENT_CLOSED
        try:
            work = self.reply_to_any(received, receive, record)
            tracing = self.dependencies.tracing
            reply = await (work if tracing is None else tracing.around(received, record, work))
            status = reply.status
            return await self.response(received, reply)
        except ClientGone:
            return NoResponse()
        finally:
            self.dependencies.observer.ended(
                received.method,
                received.request_id,
                client_of(received.headers),
                record,
                status,
            )

    async def response(self, request: HttpRequest, reply: Reply) -> Response:
        """Write ``reply`` with the headers that every answer has."""
        accepted = request.headers.get("accept-encoding")
        body, encoding = await compressed(reply.body, accepted, self.compress_bytes)
        headers = [
            (b"content-type", CONTENT_TYPES[reply.media]),
            *CONFINING,
            (b"content-length", b"%d" % len(body)),
            (b"x-request-id", request.request_id.encode()),
        ]
        if reply.status == NO_CONTENT:  # which has no length, not even 0 (RFC 9110, 8.6)
            headers = [*CONFINING, headers[-1]]
        headers += encoding
        headers += self.cors.grant(request.headers.get("origin"))
        headers += reply.headers
        return BytesResponse(body, reply.status, headers)

    async def reply_to_any(self, request: HttpRequest, receive: Receive, record: Record) -> Reply:
        """Reply, whatever happens: refusals with their status, anything unforeseen with 500."""
        admission = self.dependencies.admission
        try:
            admission.enter()
            try:
                return await self.reply(request, receive, record)
            finally:
                admission.leave()
        except HttpRefused as refusal:
            record.codes.add(refusal.code)
            return _refusal(request, refusal)
        except ClientGone:
            raise
        except Exception as error:
            log.exception("request failed", request_id=request.request_id)
            told = last_word(error, request.request_id)
            record.codes.add(told.code)
            return _refusal(request, told)

    async def reply(self, request: HttpRequest, receive: Receive, record: Record) -> Reply:
        """Pass the guards, run the operations, choose the status. Raises HttpRefused."""
        if request.method == "OPTIONS":
            return self.preflight(request)
        try:
            check_method(request)
            check_singletons(request)
            check_protocol(request)
            media = response_type(request.headers.get("accept"))
            requests = await self.read(request, receive)
        except HttpRefused as refusal:
            await self.dependencies.contexts.count_refused(request, refusal)
            raise
        batch_size = len(requests) if isinstance(requests, list) else None
        runtime = self.runtime_in_force()
        labels = runtime.supergraph.labels
        context = await self.dependencies.contexts.open(request, labels, batch_size)
        if context.caller.trust is Trust.EXPIRED and not await need_no_token(
            requests, runtime, context
        ):
            raise unauthenticated(TokenRejected("expired"), batch_size)
        responses = await while_connected(
            _respond(requests, runtime, context, read_only=request.method in READING), receive
        )
        for response in responses:
            record.note(response)
        has_token = "authorization" in request.headers
        headers = reply_headers(responses, self.passed_headers, self.vary, has_token=has_token)
        if batch_size is not None:
            body = b"[" + b",".join(response.to_json() for response in responses) + b"]"
            return Reply(_status_of_batch(responses), media, body, headers)
        [response] = responses
        status = response.status if media == GRAPHQL_JSON or response.is_http_error else 200
        if status == 405:  # noqa: PLR2004
            headers.append((b"allow", b"POST"))
        if request.method in READING and response.errors and _CACHED not in dict(headers):
            # 200 may be kept where nothing is said: that a document is unknown, for hours.
            headers.append((_CACHED, b"no-store"))
        return Reply(status, media, response.to_json(), headers)

    def runtime_in_force(self) -> SupergraphRuntime:
        """Return what answers this request to its end. Raises HttpRefused (503) without any."""
        if self.active.current is None:
            raise HttpRefused(
                503, "UNAVAILABLE", "The supergraph is not loaded yet.", {"retry-after": "1"}
            )
        return self.active.current

    async def read(self, request: HttpRequest, receive: Receive) -> Requests:
        """Read what the client asks, under the caps. Raises HttpRefused."""
        headers = request.headers
        if request.method in READING:
            check_forgery(request, self.csrf_headers, self.cors)
            return request_from_query_string(request.query_string)
        check_content_type(headers.get("content-type"))
        with self.bodies.reading() as under_way:
            body = await read_body(
                receive,
                length=headers.get("content-length"),
                encoding=headers.get("content-encoding"),
                limit=self.limits.body_bytes,
                seconds=self.body_seconds,
                under_way=under_way,
            )
            if len(body) <= LONG_BODY:
                return requests_from_body(body, self.limits.batch)
            return await asyncio.to_thread(requests_from_body, body, self.limits.batch)

    def preflight(self, request: HttpRequest) -> Reply:
        """Answer OPTIONS: what a page may send, if its origin has a grant."""
        requested = request.headers.get("access-control-request-headers")
        headers = self.cors.preflight(request.headers.get("origin"), requested)
        return Reply(NO_CONTENT, JSON, b"", [(b"allow", METHODS.encode()), *headers])


async def _respond(
    requests: Requests, runtime: SupergraphRuntime, context: RequestContext, *, read_only: bool
) -> list[GraphQLResponse]:
    if isinstance(requests, list):
        return await answer_batch(requests, runtime, context)
    return [await answer(requests, runtime, context, read_only=read_only)]


def wants_page(request: HttpRequest) -> bool:
    """Tell whether a browser asks for the explorer: a GET for HTML that asks no operation."""
    return (
        request.method in READING
        and prefers_page(request.headers.get("accept"))
        and not names_document(request.query_string)
    )


def _status_of_batch(responses: Sequence[GraphQLResponse]) -> int:
    """200 if anything ran, or is to be sent once more: Apollo's mobile clients read no other."""
    if any(each.executed or PersistedQueryNotFound.code in _codes(each) for each in responses):
        return 200
    return TURNED_AWAY if all(each.status == TURNED_AWAY for each in responses) else 400


def _codes(response: GraphQLResponse) -> set[object]:
    return {item.get("extensions", {}).get("code") for item in response.errors}


def _refusal(request: HttpRequest, refusal: HttpRefused) -> Reply:
    headers = raw_headers(refusal.headers.items())
    return Reply(refusal.status, _media(request), refusal.body(), headers)


def _media(request: HttpRequest) -> str:
    try:
        return response_type(request.headers.get("accept"))
    except HttpRefused:
        return JSON
