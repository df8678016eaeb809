"""A store that several gateways share: Redis, with a memory of its own in front.

Redis bounds itself by its ``maxmemory`` and by the time that each text is kept. While it is away
the memory goes on alone (``shared.optional_store``): a client that is told "not found" sends its
text, and is answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress

from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError, ReadOnlyError, ResponseError

from gateway.persisted.store import MemoryStore
from shared.optional_store import OptionalStore

TIMEOUT = 0.5  # seconds: a request waits for it
_PREFIX = "est:document:"


class RedisStore:
    """Texts in Redis for ``seconds`` after they were last stored."""

    def __init__(self, url: str, near: MemoryStore, seconds: int) -> None:
        self._redis: Redis = Redis.from_url(
            url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
        )
        self._near = near
        self._seconds = seconds
        self._store = OptionalStore("persisted queries")

    async def get(self, name: str) -> str | None:
        """See DocumentStore."""
        near = await self._near.get(name)
        if near is not None:
            return near
        found = await self._asked(lambda: self._found(name))
        # Whoever can write to Redis must not choose what runs under a hash.
        if not isinstance(found, bytes) or hashlib.sha256(found).hexdigest() != name:
            return None
        try:
            text = found.decode()
        except UnicodeDecodeError:
            return None
        await self._near.put(name, text)
        return text

    async def put(self, name: str, text: str) -> None:
        """See DocumentStore."""
        await self._near.put(name, text)
        data = text.encode("utf-8", "surrogatepass")
        await self._asked(lambda: self._set(name, data))

    async def _found(self, name: str) -> object:
        """What Redis has under ``name``; who put something else than a text there hurts nobody."""
        try:
            return await self._redis.get(_PREFIX + name)
        except ResponseError as error:
            if str(error).startswith("WRONGTYPE"):
                return None
            raise

    async def _set(self, name: str, data: bytes) -> None:
        """Keep a text; where there is no room for more, what is there is found all the same."""
        with suppress(OutOfMemoryError, ReadOnlyError):
            await self._redis.set(_PREFIX + name, data, ex=self._seconds)

    async def _asked(self, act: Callable[[], Awaitable[object]]) -> object:
        """What Redis answers; None while it is away."""
        return await self._store.ask(act, _nothing)

    async def close(self) -> None:
        """See DocumentStore."""
        await self._redis.aclose()


async def _nothing() -> None:
    """What the others know that is not known here."""
