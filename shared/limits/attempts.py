"""Attempt limits, counted per execution, in memory or in Redis by URL (LIMITS_URL).

::

    await limiter.take(Limit(10, 60, "login"), account, origin)     # raises RateLimited(retryAfter)

Counted in two neighbouring windows, the earlier one weighted by what is left of it: two numbers a
key, exact within a window, one more at most where two meet. A list of moments a key would be exact
always, and cost its cleaning at every attempt.

Keys are hashed before they are stored: an address or a phone number never stands in Redis. While
Redis is away each process counts on its own (``shared.limits.local_counts``): people can sign in,
and nobody guesses without end. One that is slow again and again counts as away: a login asks it six
times (``shared.optional_store``).
"""

import hashlib
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import ConfigurationError as LimitsConfigurationError
from limits.storage import storage_from_string

from shared.errors import ConfigurationError, RateLimited
from shared.limits.local_counts import LocalCounts
from shared.optional_store import OptionalStore

TIMEOUTS = {"socket_connect_timeout": 1.0, "socket_timeout": 1.0}  # seconds; a login waits for it

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``amount`` in any ``seconds`` under ``name``."""

    amount: int
    seconds: int
    name: str


class RateLimiter:
    """Counts attempts. One per process; share it by Redis between processes."""

    def __init__(self, url: str = "memory://", clock: Callable[[], float] = time.monotonic) -> None:
        self._local = _InMemory(clock)
        self._redis = None if url.startswith("memory") else _storage(url)
        self._shared: _Counts = self._local if self._redis is None else _InRedis(self._redis)
        self.store = OptionalStore("limits")

    async def take(self, limit: Limit, *keys: str, times: int = 1) -> None:
        """Count an attempt for ``keys``, or several; raise ``RateLimited`` if that is too many."""
        await self._ask(lambda counts: counts.take(limit, keys, times))

    async def clear(self, limit: Limit, *keys: str) -> None:
        """Forget the attempts of ``keys``."""
        await self._ask(lambda counts: counts.clear(limit, keys))

    async def remember(self, name: str, *keys: str, seconds: int, anew: bool = False) -> None:
        """Note for ``seconds`` that something happened for ``keys``.

        A note that is there keeps its end, unless they are to begin ``anew``.
        """
        await self._ask(lambda counts: counts.remember(name, keys, seconds, anew=anew))

    async def remembers(self, name: str, *keys: str) -> bool:
        """Whether ``remember`` was called for ``keys`` and its time has not run out."""
        return await self.remembered_for(name, *keys) > 0

    async def remembered_for(self, name: str, *keys: str) -> int:
        """For how many seconds it is still remembered; 0 when it is not."""
        return await self._ask(lambda counts: counts.remembered_for(name, keys))

    async def _ask(self, act: Callable[["_Counts"], Awaitable[Result]]) -> Result:
        """Ask the shared storage; while it is away, this process counts on its own."""
        if self._redis is None:
            return await act(self._local)
        return await self.store.ask(lambda: act(self._shared), lambda: act(self._local))

    async def check(self) -> str | None:
        """None, or what is wrong: then limits hold for each process on its own.

        One that takes no writes (a replica, a full one) answers all the same when it is asked if it
        is there. So while it is left alone this is one of those that find out if it is back.
        """
        if self._redis is None:
            return None
        if not await self._redis.check():
            return "limits storage does not answer"
        if self.store.is_away:
            await self.remember("check", seconds=1)
        return "limits storage is left alone" if self.store.is_away else None

    async def close(self) -> None:
        """Let go of connections."""
        if self._redis is not None:
            client: Any = self._redis.bridge  # its two kinds share no type
            await client.storage.aclose()


class _Counts(Protocol):
    """The counters in one storage."""

    async def take(self, limit: Limit, keys: tuple[str, ...], times: int) -> None: ...

    async def clear(self, limit: Limit, keys: tuple[str, ...]) -> None: ...

    async def remember(
        self, name: str, keys: tuple[str, ...], seconds: int, *, anew: bool
    ) -> None: ...

    async def remembered_for(self, name: str, keys: tuple[str, ...]) -> int: ...


class _InMemory:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._counts = LocalCounts(clock)

    async def take(self, limit: Limit, keys: tuple[str, ...], times: int) -> None:
        key = f"{limit.seconds}/{_note(limit.name, keys)}"
        self._counts.take(key, limit.amount, limit.seconds, times)

    async def clear(self, limit: Limit, keys: tuple[str, ...]) -> None:
        self._counts.clear(f"{limit.seconds}/{_note(limit.name, keys)}")

    async def remember(self, name: str, keys: tuple[str, ...], seconds: int, *, anew: bool) -> None:
        self._counts.remember(_note(name, keys), seconds, anew=anew)

    async def remembered_for(self, name: str, keys: tuple[str, ...]) -> int:
        return self._counts.remembered_for(_note(name, keys))


class _InRedis:
    def __init__(self, storage: RedisStorage) -> None:
        self._storage = storage
        self._strategy = SlidingWindowCounterRateLimiter(storage)

    async def take(self, limit: Limit, keys: tuple[str, ...], times: int) -> None:
        item, identifiers = _counted(limit, keys)
        if await self._strategy.hit(item, *identifiers, cost=times):
            return
        stats = await self._strategy.get_window_stats(item, *identifiers)
        raise RateLimited(max(1, math.ceil(stats.reset_time - time.time())))

    async def clear(self, limit: Limit, keys: tuple[str, ...]) -> None:
        item, identifiers = _counted(limit, keys)
        await self._strategy.clear(item, *identifiers)

    async def remember(self, name: str, keys: tuple[str, ...], seconds: int, *, anew: bool) -> None:
        note = _note(name, keys)
        if anew:
            await self._storage.clear(note)
        await self._storage.incr(note, seconds)  # which sets an end only where there is none

    async def remembered_for(self, name: str, keys: tuple[str, ...]) -> int:
        note = _note(name, keys)
        if not await self._storage.get(note):
            return 0
        return max(1, math.ceil(await self._storage.get_expiry(note) - time.time()))


def _counted(limit: Limit, keys: tuple[str, ...]) -> tuple[RateLimitItem, tuple[str, str]]:
    item = RateLimitItemPerSecond(limit.amount, limit.seconds, namespace="est")
    return item, (limit.name, _digest(keys))


def _storage(url: str) -> RedisStorage:
    try:
        storage = storage_from_string(f"async+{url}", implementation="redispy", **TIMEOUTS)
    except (LimitsConfigurationError, ValueError) as error:
        raise ConfigurationError("LIMITS_URL: must be memory:// or redis://host:port/0") from error
    if not isinstance(storage, RedisStorage):
        raise ConfigurationError("LIMITS_URL: must be memory:// or redis://host:port/0")
    return storage


def _note(name: str, keys: tuple[str, ...]) -> str:
    return f"est/{name}/{_digest(keys)}"


def _digest(keys: tuple[str, ...]) -> str:
    return hashlib.sha256("\x1f".join(keys).encode("utf-8", "surrogatepass")).hexdigest()[:32]
