"""How much a service takes on: what it can serve in time, and not more.

::

    with admission.entered():               # a hard bound on everything at once
        async with admission.slot(until):   # a query waits here, in order, or is refused

A query whose turn would come too late is refused at once: what waits is counted, and how quickly
slots come free is measured. Whoever is refused may try again; whoever is taken on is not slowed
down by those behind. Mutations take no slot: they have bounds of their own, where the wait is
(hashing, writers), and must not starve queries of theirs.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from shared.errors import Unavailable
from shared.settings import ServiceSettings
from shared.turns import Turns

RETRY_AFTER_SECONDS = 1
_WEIGHT = 0.1  # of the newest measurement


class Overloaded(Unavailable):
    """More is asked for at once than can be served in time."""

    default_message = "Too many requests at once. Try again."


class Admission:
    """Slots for queries, and a bound on requests.

    ``slots``: queries at work at once. ``requests``: of any kind, at work or waiting. ``patience``:
    seconds that a query may wait for its slot. ``turns``: how those at work share the loop.
    """

    def __init__(self, *, slots: int, requests: int, patience: float) -> None:
        self._slots = asyncio.Semaphore(slots)
        self._requests = requests
        self._patience = patience
        self._gap = 0.0  # seconds between two slots coming free while queries wait
        self._freed_at = 0.0
        self.turns = Turns()
        self.waiting = 0
        self.in_flight = 0
        self.refused = 0

    @classmethod
    def from_settings(cls, settings: ServiceSettings) -> "Admission":
        """As MAX_REQUESTS, MAX_QUERIES and MAX_WAIT_SECONDS say."""
        return cls(
            slots=settings.max_queries,
            requests=settings.max_requests,
            patience=settings.max_wait_seconds,
        )

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Count a request while it is here. Raises ``Overloaded`` past the bound."""
        if self.in_flight >= self._requests:
            self._refuse()
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1

    @asynccontextmanager
    async def slot(self, until: float | None = None) -> AsyncIterator[None]:
        """Hold a slot; ``until``: when nobody waits for the answer any more (the loop's time).

        Raises ``Overloaded``: at once if the turn would come too late, or when it did.
        """
        if self._slots.locked():
            await self._wait(until)
        else:
            await self._slots.acquire()
        try:
            yield
        finally:
            self._measure()
            self._slots.release()

    async def _wait(self, until: float | None) -> None:
        now = asyncio.get_running_loop().time()
        patience = self._patience if until is None else min(self._patience, until - now)
        if (self.waiting + 1) * self._gap > patience:
            self._refuse()
        self.waiting += 1
        try:
            async with asyncio.timeout(patience):
                await self._slots.acquire()
        except TimeoutError:
            self._refuse()
        finally:
            self.waiting -= 1

    def _measure(self) -> None:
        now = asyncio.get_running_loop().time()
        if self.waiting and self._freed_at:
            self._gap += _WEIGHT * (now - self._freed_at - self._gap)
        self._freed_at = now if self.waiting else 0.0

    def _refuse(self) -> None:
        self.refused += 1
        raise Overloaded
