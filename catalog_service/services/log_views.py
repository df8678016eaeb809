"""Views of offers, written behind the reads that caused them."""

import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.activity import VIEWED_ONCE_PER
from catalog_service.repository.accounts import hold_accounts
from catalog_service.repository.viewing import count_views, remember_views
from shared.database import Database

BATCH: Final = 500
View = tuple[UUID, UUID]
"""Who looked, and at which offer."""
Write = Callable[[AsyncSession, Sequence[View]], Awaitable[None]]

log = structlog.get_logger(__name__)


async def remember_views_of(session: AsyncSession, views: Sequence[View]) -> None:
    """Write views by accounts into their history and into the figures."""
    await hold_accounts(session, sorted({user_id for user_id, _ in views}))
    await remember_views(session, views)


async def count_views_by_nobody(session: AsyncSession, views: Sequence[View]) -> None:
    """Write views by who is not signed in into the figures; whose they were is forgotten."""
    await count_views(session, [offer_id for _, offer_id in views])


class ViewLog:
    """Notes who saw which offer, once per half hour, and writes it down later.

    ``note`` never waits: what does not fit is dropped and counted, because no view is worth slowing
    a read. One per process; the statement that writes sorts out what other processes wrote, where
    it is known who looked.
    """

    def __init__(
        self,
        capacity: int,
        write: Write = remember_views_of,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._capacity = capacity
        self._write = write
        self._clock = clock
        self._waiting: deque[View] = deque()
        self._recent: OrderedDict[View, float] = OrderedDict()
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def note(self, viewer: UUID, offer_id: UUID) -> None:
        """Note one view; ``viewer`` is an account, or stands for an address."""
        view = (viewer, offer_id)
        now = self._clock()
        self._forget_before(now - VIEWED_ONCE_PER.total_seconds())
        if view in self._recent:
            return
        if len(self._waiting) >= self._capacity:
            self.dropped += 1
            return
        self._recent[view] = now
        self._waiting.append(view)

    def _forget_before(self, moment: float) -> None:
        recent = self._recent
        while recent and (len(recent) > 5 * self._capacity or next(iter(recent.values())) < moment):
            recent.popitem(last=False)

    async def flush(self, database: Database) -> int:
        """Write what waits; how many views. What could not be written waits for the next time."""
        written = 0
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            try:
                async with database.transaction() as session:
                    await self._write(session, batch)
            except BaseException:
                self._waiting.extendleft(reversed(batch))
                raise
            written += len(batch)
        return written
