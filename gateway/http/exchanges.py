"""From an arrival to the exchange that is passed down: who asks, what travels on, until when."""

from __future__ import annotations

import asyncio

from gateway.exchange import Exchange
from gateway.execution import RequestLoaders
from gateway.http.arrival import Arrival
from gateway.http.errors import HttpRefused
from gateway.runtime import World
from gateway.security.bearer import Callers
from gateway.settings import GatewaySettings
from shared.tokens import TokenRejected

PLAN_HEADER = "x-query-plan"


class Exchanges:
    """Opens one exchange per HTTP request."""

    def __init__(
        self, world: World, settings: GatewaySettings, callers: Callers, travelling: frozenset[str]
    ) -> None:
        self.world = world
        self.callers = callers
        self.travelling = travelling
        self.seconds = settings.times.request
        self.shows_plans = settings.shows_plans

    async def open(self, arrival: Arrival, *, is_batch: bool) -> Exchange:
        """Name the caller and fix the deadline.

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
            raise unauthenticated(rejection) from None
        return Exchange(
            runtime=runtime,
            caller=caller,
            forward={name: headers[name] for name in self.travelling if name in headers},
            deadline=asyncio.get_running_loop().time() + self.seconds,
            request_id=arrival.request_id,
            loaders=RequestLoaders() if is_batch else None,
            explain=self.shows_plans and headers.get(PLAN_HEADER) == "true",
        )


def unauthenticated(rejection: TokenRejected) -> HttpRefused:
    """401, with the reason: a bad bearer never becomes an anonymous caller."""
    return HttpRefused(
        401,
        "UNAUTHENTICATED",
        "The access token is not valid.",
        {"www-authenticate": 'Bearer error="invalid_token"'},
        reason=rejection.reason,
    )
