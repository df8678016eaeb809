"""The straight path: from the socket to the pipeline and back, without ASGI between.

    general    socket · uvicorn · ASGI task · guards · body · JSON · pipeline · ASGI
    straight   socket · is all of it in order? · one task ········· pipeline · socket

Why: a small query pays 0.3 ms on the general path, and four fifths of it are not spent on the
query. What nearly all requests of a busy gateway have in common is that nothing about them is new:
a POST of JSON whose head asks for nothing special, a document that is prepared and planned, a token
that was verified before. A document that nobody sent before is given to the pipeline as a whole, as
the general path gives it.

One rule keeps both paths the same: the straight path *refuses nothing* but what is past a rate,
counted here as it is there. Before anything has happened it looks whether all is in order
(``StraightPath.begin``). Whatever is not (another method, a guard to be asked, wrong variables, an
unknown token, a limit that is passed, an overload, a known mutation) goes the general path, which
decides and answers. So there are no rules here that could differ from the guards', only the
question whether they have anything to say; what a new document is refused for the pipeline says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
import structlog

from gateway.http.access_log import NOBODY, Client, Record
from gateway.http.compression import compressed
from gateway.http.errors import HttpRefused, last_word
from gateway.http.exchange import Exchange
from gateway.http.negotiation import GRAPHQL_JSON, JSON, check_content_type, response_type
from gateway.http.observing import CLIENT_NAMES, CLIENT_VERSIONS, client_of
from gateway.http.parameters import requests_from_body
from gateway.http.remembering import remembering_both
from gateway.http.reply_headers import reply_headers, varying
from gateway.http.request_contexts import CLIENT_IP, client_key
from gateway.http.responses import CLIENT_CLOSED, head_of, raw_headers
from gateway.operation.cache import BoundedCache
from gateway.operation.errors import OperationRefused
from gateway.pipeline import (
    ReadyOperation,
    answer,
    carry_out,
    is_new,
    is_same_for_all,
    known_operation,
)
from gateway.request.context import RequestContext
from gateway.request.graphql_request import GraphQLRequest
from gateway.runtime.runtime import ActiveRuntime, SupergraphRuntime
from gateway.subgraphs.protocol import Forwarded

if TYPE_CHECKING:
    from gateway.http.view import ViewDependencies

log = structlog.get_logger(__name__)

Headers = Mapping[bytes, bytes]
"""By lower-case names; on this path none comes twice."""

MAX_BODY_BYTES = 65_536
"""Longer ones are read piece by piece, with the connection held back: by the general path."""

_SPECIAL = frozenset(
    {
        b"content-encoding",  # a body to decompress
        b"transfer-encoding",  # a body of unknown length
        b"expect",  # 100-continue
        b"upgrade",
        b"origin",  # a grant to give
        b"x-query-plan",  # an answer that tells its plan
    }
)
"""Headers that somebody on the general path has something to say about."""

_KEPT = b"keep-alive"
"""All that a Connection header may say here: other words name headers that go no further."""

_CHANGING = ("x-request-id", "x-correlation-id", "x-amzn-trace-id", "traceparent")
"""Headers that are another in each request. Unless they travel, nobody here reads them."""

Bodies = BoundedCache[bytes, tuple[GraphQLRequest, ReadyOperation]]
_CLIENT_HEADERS = frozenset(name.encode() for name in (*CLIENT_NAMES, *CLIENT_VERSIONS))


class Asker(msgspec.Struct, frozen=True):
    """What the head of a request tells: the same for all requests with that head.

    ``bearer`` stands for its token, which may expire: it is looked up each time. ``media`` is the
    answer's media type.
    """

    bearer: bytes | None
    has_token: bool
    forward: Forwarded
    media: str
    accept_encoding: str | None
    client: Client


class StraightPath:
    """Answers what is known, on a connection's own protocol."""

    def __init__(self, active: ActiveRuntime, dependencies: ViewDependencies) -> None:
        settings, contexts = dependencies.settings, dependencies.contexts
        self.active = active
        self.path = settings.graphql_path.encode()
        self.max_body_bytes = min(MAX_BODY_BYTES, settings.limits.body_bytes)
        self.compress_bytes = settings.compress_bytes
        self.passed_headers = frozenset(name.lower() for name in settings.response_headers)
        self.vary = varying(contexts.travelling)
        self.contexts = contexts
        self.admission = dependencies.admission
        self.observer = dependencies.observer
        # Spans are made around the general path.
        self.is_open = dependencies.tracing is None
        self._runtime: SupergraphRuntime | None = None
        self._bodies: Bodies = BoundedCache(0)
        self._travelling = tuple((name.encode(), name) for name in sorted(contexts.travelling))
        self.unread = tuple(name.encode() for name in _CHANGING if name not in contexts.travelling)

    def takes(self, method: bytes, url: bytes, headers: Headers) -> bool:
        """Tell from its head whether a request may be one for this path."""
        if method != b"POST" or url != self.path or not self.is_open:
            return False
        length = headers.get(b"content-length", b"")
        return (
            _SPECIAL.isdisjoint(headers)
            and headers.get(b"connection", _KEPT).lower() == _KEPT
            and length.isdigit()
            and 0 < int(length) <= self.max_body_bytes
            and _media_type(headers.get(b"content-type"), headers.get(b"accept")) is not None
        )

    def asker(self, headers: Headers, peer: str | None) -> Asker:
        """Read a head that is taken. ``peer``: the address that the connection comes from."""
        contexts = self.contexts
        authorization = _text(headers.get(b"authorization"))
        address = contexts.proxies.client_address(peer, _text(headers.get(b"x-forwarded-for")))
        forward = Forwarded(
            {
                name: headers[raw].decode("latin-1")
                for raw, name in self._travelling
                if raw in headers
            }
        )
        if address is not None:
            forward[CLIENT_IP] = address
        return Asker(
            bearer=contexts.callers.bearer(authorization),
            has_token=authorization is not None,
            forward=forward,
            media=_media_type(headers.get(b"content-type"), headers.get(b"accept")) or JSON,
            accept_encoding=_text(headers.get(b"accept-encoding")),
            client=_client(headers),
        )

    def begin(self, exchange: Exchange, asker: Asker, body: bytes) -> bool:
        """Begin to answer if all is known; False, with nothing done, where it is not."""
        runtime = self.active.current
        if runtime is None or not self.admission.has_room or len(body) > self.max_body_bytes:
            return False
        caller = self.contexts.callers.known(asker.bearer)
        if caller is None:
            return False
        now, labels = exchange.loop.time(), runtime.supergraph.labels
        context = self.contexts.context(caller, asker.forward, now, labels)
        ready = self._ready(body, runtime, context)
        if ready is None:
            return False
        if isinstance(ready, GraphQLRequest):
            client = client_key(context.forward.get(CLIENT_IP), caller)
            context = msgspec.structs.replace(context, client=client)
        self.admission.enter()
        exchange.run(self._answer(exchange, ready, runtime, context, asker))
        return True

    def _ready(
        self, body: bytes, runtime: SupergraphRuntime, context: RequestContext
    ) -> ReadyOperation | GraphQLRequest | None:
        """The query of a body, ready to be carried out; None where the general path is to look.

        A request whose document is new is not ready: the pipeline has to make it.
        """
        known = self._known_bodies(runtime).get(body)
        if known is not None:
            request, ready = known
            # Asked for again, so that it stays among the documents in use.
            if runtime.known(request.query or "", request.operation_name) is ready.document:
                return ready
        try:
            read = requests_from_body(body, max_batch=0)
            if isinstance(read, list):
                return None
            found = known_operation(read, runtime, context)
        except (HttpRefused, OperationRefused):
            return None  # refused again, and told why, on the general path
        if found is None:
            return read if is_new(read, runtime) else None
        if found.is_mutation or found.compiled.introspection is not None:
            return None
        if not read.variables and is_same_for_all(found, runtime):
            self._bodies.put(body, (read, found), len(body))
        return found

    def _known_bodies(self, runtime: SupergraphRuntime) -> Bodies:
        """Bodies whose operation is the same whoever sends them, for the runtime in force.

        Without variables, which may hold what should not be remembered.
        """
        if runtime is not self._runtime:
            sizes = runtime.policy.cache_sizes
            self._runtime, self._bodies = runtime, BoundedCache(sizes.operations, sizes.bytes)
        return self._bodies

    async def _answer(
        self,
        exchange: Exchange,
        ready: ReadyOperation | GraphQLRequest,
        runtime: SupergraphRuntime,
        context: RequestContext,
        asker: Asker,
    ) -> None:
        """Run the operation and write its answer. Whatever happens, it is counted and logged."""
        record = Record()
        status = CLIENT_CLOSED
        media = asker.media
        try:
            exchange.begin()
            if self.contexts.rates.counts:
                await self.contexts.count(context)
            if isinstance(ready, ReadyOperation):
                response = await carry_out(ready, runtime, context)
            else:
                response = await answer(ready, runtime, context)
            record.note(response)
            more = reply_headers(
                (response,), self.passed_headers, self.vary, has_token=asker.has_token
            )
            body = response.to_json()
            if 0 < self.compress_bytes <= len(body):
                body, encoding = await compressed(body, asker.accept_encoding, self.compress_bytes)
                more = [*encoding, *more]
            is_told = media == GRAPHQL_JSON or response.is_http_error
            status = response.status if is_told else 200
            await exchange.write(head_of(status, media, len(body), context.request_id, more), body)
        except asyncio.CancelledError:
            if not exchange.disconnected:
                raise  # the server stops
        except HttpRefused as refusal:  # past a rate
            record.codes.add(refusal.code)
            status, body = refusal.status, refusal.body()
            more = raw_headers(refusal.headers.items())
            await exchange.write(head_of(status, media, len(body), context.request_id, more), body)
        except Exception as error:
            log.exception("request failed", request_id=context.request_id)
            told = last_word(error, context.request_id)
            record.codes.add(told.code)
            status, body = told.status, told.body()
            more = raw_headers(told.headers.items())
            await exchange.write(head_of(status, media, len(body), context.request_id, more), body)
        finally:
            self.admission.leave()
            self.observer.ended("POST", context.request_id, asker.client, record, status)
            exchange.end()


@remembering_both(256)
def _media_type(content_type: bytes | None, accept: bytes | None) -> str | None:
    """The media type of the answer; None where one of the two headers is to be refused."""
    try:
        check_content_type(_text(content_type))
        return response_type(_text(accept))
    except HttpRefused:
        return None


def _client(headers: Headers) -> Client:
    given = _CLIENT_HEADERS & headers.keys()
    if not given:
        return NOBODY
    return client_of({name.decode(): headers[name].decode("latin-1") for name in given})


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")
