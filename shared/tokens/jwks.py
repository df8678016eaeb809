"""Verification keys fetched from a JWKS URL.

One fetch serves all who wait for it. Keys are renewed every 5 minutes in the background of whoever
asks, and served stale for up to 24 hours while the URL is out of reach. An unknown ``kid`` waits
for a fetch that is under way, and causes at most one per interval, so that forged tokens cannot
make this process hammer the issuer.
Where there are no keys, a fetch is waited for; after one that failed only briefly, so that an
issuer that hangs slows nobody who could be served without it.
"""

import asyncio
import time
from collections.abc import Callable

import httpx2
import orjson
import structlog

from shared.connection_faults import fault_of
from shared.service_client import client_for
from shared.tokens.errors import TokenNotJudged
from shared.tokens.issuer_clock import IssuerClock
from shared.tokens.keys import VerificationKey, choose_key, read_jwks

log = structlog.get_logger(__name__)

RENEW_SECONDS = 300.0
STALE_SECONDS = 24 * 3600.0
UNKNOWN_KID_SECONDS = 30.0
FIRST_RETRY_SECONDS = 1.0
TIMEOUT_SECONDS = 3.0
PATIENCE_SECONDS = 0.3
MAX_BYTES = 256_000


class RemoteKeys:
    """A ``KeySource`` over a JWKS URL. Needs no network to be made; fetches on first use.

    ``client``: an httpx2 client to use instead of an own one (tests give one with an in-process
    transport). ``monotonic``: seconds, for tests.
    """

    def __init__(
        self,
        url: str,
        *,
        client: httpx2.AsyncClient | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = url
        self.generation = 0
        self.issuer_clock = IssuerClock()
        self._client = client or client_for(url, TIMEOUT_SECONDS)
        self._monotonic = monotonic
        self._keys: tuple[VerificationKey, ...] = ()
        self._fetched_at: float | None = None
        self._tried_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self._failed = False

    async def key(self, kid: str | None, algorithm: str) -> VerificationKey | None:
        """See ``KeySource``. Raises ``TokenNotJudged`` while no usable keys could be had."""
        await self._renew_if_due()
        if not self._usable:
            raise TokenNotJudged(f"no keys from {self.url}")
        found = choose_key(self._keys, kid, algorithm)
        if found is None and kid is not None and self._may_come():
            await self._fetch_once()
            found = choose_key(self._keys, kid, algorithm)
        return found

    async def close(self) -> None:
        """Stop a fetch under way and close the client."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)
        await self._client.aclose()

    @property
    def _usable(self) -> bool:
        return self._age() <= STALE_SECONDS

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._monotonic() - self._fetched_at

    def _may_come(self) -> bool:
        """Whether a key that is not here may be fetched, or is perhaps on its way already."""
        return self._fetching is not None or self._since_try() >= UNKNOWN_KID_SECONDS

    def _since_try(self) -> float:
        return self._monotonic() - self._tried_at

    async def _renew_if_due(self) -> None:
        """Wait for a fetch only when there is nothing to serve meanwhile."""
        if not self._usable:
            if self._fetching is not None or self._since_try() >= FIRST_RETRY_SECONDS:
                await self._fetch_once()
        elif self._age() >= RENEW_SECONDS and self._since_try() >= UNKNOWN_KID_SECONDS:
            self._start_fetch()

    async def _fetch_once(self) -> None:
        # `wait` leaves the fetch to the others when this waiter is cancelled or loses patience
        seconds = PATIENCE_SECONDS if self._failed else TIMEOUT_SECONDS
        await asyncio.wait({self._start_fetch()}, timeout=seconds)

    def _start_fetch(self) -> asyncio.Task[None]:
        if self._fetching is None:
            self._tried_at = self._monotonic()
            self._fetching = asyncio.create_task(self._fetch(), name="fetch JWKS")
            self._fetching.add_done_callback(self._fetch_ended)
        return self._fetching

    def _fetch_ended(self, _task: asyncio.Task[None]) -> None:
        self._fetching = None

    async def _fetch(self) -> None:
        self._failed = not await self._fetched()

    async def _fetched(self) -> bool:
        """Take what the URL publishes, if it is a usable key set."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                keys = read_jwks(orjson.loads(await self._body()))
        except (httpx2.HTTPError, TimeoutError, ValueError) as error:
            log.warning("JWKS not fetched", url=self.url, error=fault_of(error))
            return False
        if not keys:
            log.warning("JWKS holds no usable key", url=self.url)
            return False
        if keys_differ(self._keys, keys):
            self.generation += 1
        self._keys = keys
        self._fetched_at = self._monotonic()
        return True

    async def _body(self) -> bytes:
        async with self._client.stream("GET", self.url) as response:
            response.raise_for_status()
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise ValueError("the JWKS is too large")
            self.issuer_clock.note(response.headers)
            return body


def keys_differ(old: tuple[VerificationKey, ...], new: tuple[VerificationKey, ...]) -> bool:
    """Whether the two sets verify different tokens: by thumbprint, not only by ``kid``."""
    return {_identity(key) for key in old} != {_identity(key) for key in new}


def _identity(key: VerificationKey) -> tuple[str | None, str, tuple[str, ...]]:
    return key.kid, key.key.thumbprint(), key.algorithms
