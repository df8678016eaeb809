"""From an HTTP request to the context that is passed down: who asks, what travels, until when."""

from __future__ import annotations

import asyncio

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.config.settings import GatewaySettings
from gateway.http.client_address import TrustedProxies
from gateway.http.errors import HttpRefused
from gateway.http.http_request import HttpRequest, new_request_id
from gateway.http.negotiation import JSON
from gateway.http.override_labels import drawn_labels
from gateway.http.rate_limits import RateLimits
from gateway.http.responses import CONFINING, CONTENT_TYPES, BytesResponse, raw_headers
from gateway.http.tracing import Tracing
from gateway.request.caller import Caller, Trust
from gateway.request.context import RequestContext
from gateway.security.bearer import Callers
from gateway.subgraphs.config import named_in_connection
from gateway.subgraphs.protocol import Forwarded
from shared.tokens import TokenRejected

PLAN_HEADER = "x-query-plan"
CLIENT_IP = "x-client-ip"


class RequestContexts:
    """Opens one context per HTTP request."""

    def __init__(
        self,
        settings: GatewaySettings,
        callers: Callers,
        travelling: frozenset[str],
        rates: RateLimits,
        tracing: Tracing | None = None,
    ) -> None:
        self.callers = callers
        self.rates = rates
        self.travelling = travelling
        self.tracing = tracing
        self.proxies = TrustedProxies(settings.trusted_proxies)
        self.seconds = settings.times.request
        self.active_labels = frozenset(settings.override_labels)
        self.shows_plans = settings.shows_plans

    async def open(
        self, request: HttpRequest, labels: frozenset[str], batch_size: int | None
    ) -> RequestContext:
        """Name the caller, fix the deadline, draw from the supergraph's ``labels``.

        ``batch_size`` None: no batch. Raises HttpRefused: 401 for a bad bearer, 429 past a rate.
        """
        headers = request.headers
        address = self._address(request)
        await self.rates.take_from_client(address, batch_size)
        try:
            caller = await self.callers.caller(headers.get("authorization"))
        except TokenRejected as rejection:
            raise unauthenticated(rejection, batch_size) from None
        await self.rates.take_from_user(caller, batch_size)
        return RequestContext(
            caller=caller,
            forward=self.forwarded(request, caller, address),
            client=client_key(address, caller),
            deadline=asyncio.get_running_loop().time() + self.seconds,
            request_id=request.request_id,
            labels=drawn_labels(labels, self.active_labels),
            explain=self.shows_plans and headers.get(PLAN_HEADER) == "true",
        )

    async def count_refused(self, request: HttpRequest, refusal: HttpRefused) -> None:
        """Count a request that cannot be read as one operation. Raises HttpRefused (429)."""
        if not self.rates.counts:
            return
        try:
            await self.rates.take_from_client(self._address(request), None)
        except HttpRefused as limited:
            limited.headers = {**limited.headers, **_ends_connection(refusal)}
            raise

    async def refused_page(self, request: HttpRequest) -> Response | None:
        """Count a request for the explorer's page or one of its files; what refuses it, if any."""
        try:
            await self.rates.take_page(self._address(request))
        except HttpRefused as refusal:
            headers = [(b"content-type", CONTENT_TYPES[JSON]), *CONFINING]
            headers += raw_headers(refusal.headers.items())
            return BytesResponse(refusal.body(), refusal.status, headers)
        return None

    def _address(self, request: HttpRequest) -> str | None:
        forwarded_for = request.headers.get("x-forwarded-for")
        return self.proxies.client_address(request.peer, forwarded_for)

    def context(
        self, caller: Caller, forward: Forwarded, now: float, labels: frozenset[str]
    ) -> RequestContext:
        """The context of a request on the straight path, at ``now`` by the loop's clock.

        ``forward`` are its travelling headers. It has no ``client`` unless something is prepared
        for it.
        """
        return RequestContext(
            caller=caller,
            forward=forward,
            deadline=now + self.seconds,
            request_id=new_request_id(),
            labels=drawn_labels(labels, self.active_labels) if labels else labels,
        )

    async def count(self, context: RequestContext) -> None:
        """Count such a request towards the rates. Raises HttpRefused (429) past one."""
        await self.rates.take_from_client(context.forward.get(CLIENT_IP), None)
        await self.rates.take_from_user(context.caller, None)

    def forwarded(self, request: HttpRequest, caller: Caller, address: str | None) -> Forwarded:
        """Return the client's headers that may travel, and its address as far as it is believed."""
        headers = request.headers
        travelling = self.travelling
        if (options := headers.get("connection")) is not None:
            travelling -= named_in_connection([options])
        forward = Forwarded({name: headers[name] for name in travelling if name in headers})
        if caller.trust is Trust.EXPIRED:
            forward.pop("authorization", None)
        if address is not None:
            forward[CLIENT_IP] = address
        if self.tracing is not None:
            self.tracing.pass_on(forward)
        return forward


class CountedPages:
    """Middleware: requests for the explorer's page and files, counted by ``contexts``."""

    def __init__(self, app: ASGIApp, contexts: RequestContexts) -> None:
        self.app = app
        self.contexts = contexts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is not past the rate."""
        refused = await self.contexts.refused_page(HttpRequest.of(scope))
        await (self.app if refused is None else refused)(scope, receive, send)


def _ends_connection(refusal: HttpRefused) -> dict[str, str]:
    """A body that was not read to its end leaves no connection for the next request."""
    return {name: value for name, value in refusal.headers.items() if name == "connection"}


def client_key(address: str | None, caller: Caller) -> str:
    """Whom preparing a document delays first: clients have turns."""
    return f"{address} {caller.claims.get('sub')}"


def unauthenticated(rejection: TokenRejected, items: int | None) -> HttpRefused:
    """401, with the reason: a bad bearer never becomes an anonymous caller."""
    return HttpRefused(
        401,
        "UNAUTHENTICATED",
        str(rejection),
        {"www-authenticate": 'Bearer error="invalid_token"'},
        items=items,
        reason=rejection.reason,
    )
