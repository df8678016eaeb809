"""From an arrival to the exchange that is passed down: who asks, what travels on, until when."""

from __future__ import annotations

import asyncio

from gateway.config.settings import GatewaySettings
from gateway.execution import RequestLoaders
from gateway.http.arrival import Arrival
from gateway.http.client_address import TrustedProxies
from gateway.http.errors import HttpRefused
from gateway.http.override_labels import drawn_labels
from gateway.http.tracing import Tracing
from gateway.request.context import Exchange
from gateway.runtime.runtime import World
from gateway.security.bearer import Callers
from shared.tokens import TokenRejected

PLAN_HEADER = "x-query-plan"
CLIENT_IP = "x-client-ip"


class Exchanges:
    """Opens one exchange per HTTP request."""

    def __init__(
        self,
        world: World,
        settings: GatewaySettings,
        callers: Callers,
        travelling: frozenset[str],
        tracing: Tracing | None = None,
    ) -> None:
        self.world = world
        self.callers = callers
        self.travelling = travelling
        self.tracing = tracing
        self.proxies = TrustedProxies(settings.trusted_proxies)
        self.seconds = settings.times.request
        self.active_labels = frozenset(settings.override_labels)
        self.shows_plans = settings.shows_plans

    async def open(self, arrival: Arrival, batch_size: int | None) -> Exchange:
        """Name the caller and fix the deadline. ``batch_size`` None: no batch.

        Raises HttpRefused: 401 for a bad bearer, 503 while there is no supergraph.
        """
        runtime = self.world.current
        if runtime is None:
            raise HttpRefused(
                503, "UNAVAILABLE", "The supergraph is not loaded yet.", {"retry-after": "1"}
            )
        headers = arrival.headers
        try:
            caller = await self.callers.caller(headers.get("authorization"))
        except TokenRejected as rejection:
            raise unauthenticated(rejection, batch_size) from None
        return Exchange(
            runtime=runtime,
            caller=caller,
            forward=self.forwarded(arrival),
            deadline=asyncio.get_running_loop().time() + self.seconds,
            request_id=arrival.request_id,
            labels=drawn_labels(runtime.supergraph.labels, self.active_labels),
            loaders=RequestLoaders() if (batch_size or 0) > 1 else None,
            explain=self.shows_plans and headers.get(PLAN_HEADER) == "true",
        )

    def forwarded(self, arrival: Arrival) -> dict[str, str]:
        """Return the client's headers that may travel, and its address as far as it is believed."""
        headers = arrival.headers
        forward = {name: headers[name] for name in self.travelling if name in headers}
        address = self.proxies.client_address(arrival.peer, headers.get("x-forwarded-for"))
        if address is not None:
            forward[CLIENT_IP] = address
        if self.tracing is not None:
            self.tracing.pass_on(forward)
        return forward


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
