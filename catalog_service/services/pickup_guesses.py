"""How often an account may try codes at a place: whoever guesses is stopped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID
from weakref import WeakValueDictionary

from catalog_service.domain.actors import Actor
from shared.errors import NotFound, RateLimited
from shared.limits import Limit, RateLimiter

LOCKED_SECONDS: Final = 600
ATTEMPTS: Final = Limit(120, LOCKED_SECONDS, "pickup_attempts")
WRONG_GUESSES: Final = Limit(10, LOCKED_SECONDS, "pickup_wrong_guesses")
_LOCKED: Final = "pickup_locked"


class PickupGuesses:
    """Counts attempts. An account tries one code of a place at a time.

    A hundred sent at once would all be tried before the first of them is known to be wrong. Of
    several instances each tries one: as many more as there are instances get through.
    """

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def counted(self, actor: Actor, place_id: UUID) -> AsyncIterator[None]:
        """Count an attempt at a code, per account and place.

        After ten wrong codes nothing is taken for ten minutes, and each refusal says how much of
        them is left; then counting begins anew. Raises ``RateLimited``.
        """
        keys = (str(actor.user_id), str(place_id))
        turn = self._turns.setdefault(keys, asyncio.Lock())
        async with turn:
            locked_for = await self._limiter.remembered_for(_LOCKED, *keys)
            if locked_for:
                raise _too_many(locked_for)
            await self._limiter.take(ATTEMPTS, *keys)
            try:
                yield
            except NotFound:
                await self._count_wrong(keys)
                raise

    async def _count_wrong(self, keys: tuple[str, str]) -> None:
        try:
            await self._limiter.take(WRONG_GUESSES, *keys)
        except RateLimited:
            await self._limiter.remember(_LOCKED, *keys, seconds=LOCKED_SECONDS)
            # Counted for longer than it locks, the next wrong code would lock again at once.
            await self._limiter.clear(WRONG_GUESSES, *keys)
            await self._limiter.clear(ATTEMPTS, *keys)
            raise _too_many(LOCKED_SECONDS) from None


def _too_many(seconds: int) -> RateLimited:
    return RateLimited(seconds, "Too many wrong codes. A reservation can be named instead.")
