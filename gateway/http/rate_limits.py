"""How many operations one client and one user may ask in a while, a batch counting each of its.

A client is an address (IPv6 by its /64), counted before its token is looked at, so that trying
tokens is limited, too; so is sending what cannot be read. A user is the subject of a verified
token, from wherever it comes.

The explorer's page and files are counted by the same number, but for themselves: who opens the page
keeps all of its operations.
"""

from __future__ import annotations

from gateway.config.settings import GatewaySettings
from gateway.http.errors import HttpRefused
from gateway.request.caller import Caller
from shared.errors import RateLimited
from shared.limits import Limit, RateLimiter
from shared.optional_store import OptionalStore

PAGE_REQUESTS = 100
"""May always be made: a page that is opened for the first time is up to 25 of them."""


class RateLimits:
    """Counts in memory, or in Redis with LIMITS_URL.

    ``counts``: whether there is any limit to count towards.
    """

    def __init__(self, settings: GatewaySettings) -> None:
        rate = settings.rate
        self._client = rate.per_client and Limit(rate.per_client, rate.seconds, "gateway client")
        self._user = rate.per_user and Limit(rate.per_user, rate.seconds, "gateway user")
        pages = rate.per_client and max(rate.per_client, PAGE_REQUESTS)
        self._pages = pages and Limit(pages, rate.seconds, "gateway page")
        self._limiter = (
            RateLimiter(settings.limits_url.get_secret_value())
            if self._client or self._user
            else None
        )
        self.counts = self._limiter is not None

    async def take_from_client(self, address: str | None, operations: int | None) -> None:
        """Count ``operations`` (None: one, not in a batch). Raises HttpRefused (429)."""
        if self._client:
            await self._take(self._client, address or "unknown", operations)

    async def take_page(self, address: str | None) -> None:
        """Count a request for the explorer's page or one of its files. Raises HttpRefused (429)."""
        if self._pages:
            await self._take(self._pages, address or "unknown", None)

    async def take_from_user(self, caller: Caller, operations: int | None) -> None:
        """The same for a user. Raises HttpRefused (429)."""
        if self._user and caller.is_verified:
            await self._take(self._user, str(caller.claims["sub"]), operations)

    async def _take(self, limit: Limit, key: str, operations: int | None) -> None:
        assert self._limiter is not None  # noqa: S101 - there is a limit
        try:
            await self._limiter.take(limit, key, times=operations or 1)
        except RateLimited as refusal:
            seconds = refusal.retry_after
            raise HttpRefused(
                429,
                "RATE_LIMITED",
                "Too many requests. Try again later.",
                {"retry-after": str(seconds)},
                items=operations,
                retryAfter=seconds,
                retryable=True,
            ) from None

    @property
    def store(self) -> OptionalStore | None:
        """Where they are counted, unless nothing is."""
        return None if self._limiter is None else self._limiter.store

    async def check(self) -> str | None:
        """None, or why each process counts alone at present."""
        return None if self._limiter is None else await self._limiter.check()

    async def close(self) -> None:
        """Let go of the store's connections."""
        if self._limiter is not None:
            await self._limiter.close()
