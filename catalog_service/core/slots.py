"""Room for writers: a rush for one offer must not keep everybody else from reading.

Whoever reserves waits for the offer's row with a connection in hand. Without a bound, five hundred
of them would hold the whole pool, and a visitor who only looks would wait behind them all.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.errors import Unavailable


class WriteSlots:
    """At most ``count`` writers at once, first come first served."""

    def __init__(self, count: int, timeout: float) -> None:
        self._slots = asyncio.Semaphore(count)
        self._timeout = timeout

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Hold a slot. Raises ``Unavailable`` when none is free within the timeout, in seconds."""
        try:
            async with asyncio.timeout(self._timeout):
                await self._slots.acquire()
        except TimeoutError as error:
            raise Unavailable from error
        try:
            yield
        finally:
            self._slots.release()
