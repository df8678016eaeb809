"""Attempt limits, counted per execution, in memory or in Redis by URL (LIMITS_URL).

::

    await limiter.take(Limit(10, 60, "login"), account, origin)     # raises RateLimited(retryAfter)

Counted in two neighbouring windows, the earlier one weighted by what is left of it: two numbers a
key, exact within a window, one more at most where two meet. A list of moments a key would be exact
always, and cost its cleaning at every attempt.

Keys are hashed before they are stored: an address or a phone number never stands in Redis. When
Redis is away, what is limited is UNAVAILABLE, not unlimited.
"""

import hashlib
import math
import time
from dataclasses import dataclass
from typing import Any

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import ConfigurationError as LimitsConfigurationError
from limits.errors import StorageError
from limits.storage import storage_from_string

from shared.errors import ConfigurationError, RateLimited, Unavailable

TIMEOUTS = {"socket_connect_timeout": 1.0, "socket_timeout": 1.0}  # seconds; a login waits for it

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``amount`` in any ``seconds`` under ``name``."""

    amount: int
    seconds: int
    name: str


class RateLimiter:
    """Counts attempts. One per process; share it by Redis between processes."""

    def __init__(self, url: str = "memory://") -> None:
        self._storage = _storage(url)
        self._strategy = SlidingWindowCounterRateLimiter(self._storage)

    async def take(self, limit: Limit, *keys: str) -> None:
        """Count one attempt for ``keys``; raise ``RateLimited`` if it is one too many."""
        item = RateLimitItemPerSecond(limit.amount, limit.seconds, namespace="est")
        identifiers = (limit.name, _digest(keys))
        try:
            if await self._strategy.hit(item, *identifiers):
                return
            stats = await self._strategy.get_window_stats(item, *identifiers)
        except (StorageError, OSError) as error:
            raise _unavailable(error) from error
        raise RateLimited(max(1, math.ceil(stats.reset_time - time.time())))

    async def remember(self, name: str, *keys: str, seconds: int) -> None:
        """Note for ``seconds`` that something happened for ``keys``."""
        try:
            await self._storage.incr(_note(name, keys), seconds)
        except (StorageError, OSError) as error:
            raise _unavailable(error) from error

    async def remembers(self, name: str, *keys: str) -> bool:
        """Whether ``remember`` was called for ``keys`` and its time has not run out."""
        try:
            return await self._storage.get(_note(name, keys)) > 0
        except (StorageError, OSError) as error:
            raise _unavailable(error) from error

    async def check(self) -> str | None:
        """Readiness: None, or what is wrong."""
        return None if await self._storage.check() else "limits storage does not answer"

    async def close(self) -> None:
        """Let go of connections."""
        if isinstance(self._storage, RedisStorage):
            client: Any = self._storage.bridge  # its two kinds share no type
            await client.storage.aclose()


def _storage(url: str) -> Storage:
    if url.startswith("memory"):
        return MemoryStorage()
    try:
        storage = storage_from_string(
            f"async+{url}", wrap_exceptions=True, implementation="redispy", **TIMEOUTS
        )
    except (LimitsConfigurationError, ValueError) as error:
        raise ConfigurationError("LIMITS_URL: must be memory:// or redis://host:port/0") from error
    assert isinstance(storage, Storage)  # noqa: S101  async+ gives the asynchronous kind
    return storage


def _note(name: str, keys: tuple[str, ...]) -> str:
    return f"est/{name}/{_digest(keys)}"


def _digest(keys: tuple[str, ...]) -> str:
    return hashlib.sha256("\x1f".join(keys).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _unavailable(error: Exception) -> Unavailable:
    log.error("limits storage failed", error=type(error).__name__)
    return Unavailable()
