"""Send one item and note what became of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from shared.database import Database
from shared.errors import ApplicationError
from shared.outbox.items import NotSent, OutboxItem, delay_after
from shared.outbox.store import Outbox

log = structlog.get_logger(__name__)

Count = Callable[[str, str], None]
"""Called with an item's kind and its outcome: sent, postponed or given_up."""


def no_count(_kind: str, _outcome: str) -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True)
class Sending:
    """How items leave. ``act`` sends one and raises ``NotSent``.

    ``worth``: by kind, after how long an item is given up; kinds that are not named never are.
    ``longest_delay``: by kind, the longest pause between two attempts (five minutes otherwise).
    """

    database: Database
    outbox: Outbox
    act: Callable[[OutboxItem], Awaitable[None]]
    worth: dict[str, timedelta]
    longest_delay: dict[str, timedelta]
    count: Count = no_count

    async def send(self, item: OutboxItem) -> None:
        """Send ``item`` and finish it, or put it off; what nobody needs any more is given up."""
        try:
            await self.act(item)
        except NotSent as error:
            worth = self.worth.get(item.kind)
            too_late = worth is not None and item.taken_at - item.created_at > worth
            await self._failed(item, str(error), final=error.permanent or too_late)
            return
        except ApplicationError:
            raise  # the database is away: nothing can be noted either
        except Exception as error:
            # One that nobody foresaw, a fault of ours: this item waits longer and longer, and the
            # others go on.
            log.exception("outbox item failed", kind=item.kind, item=str(item.id))
            await self._failed(item, type(error).__name__, final=False)
            return
        async with self.database.transaction() as session:
            await self.outbox.finish(session, item.id)
        self.count(item.kind, "sent")
        log.info("outbox item sent", kind=item.kind, item=str(item.id))

    async def _failed(self, item: OutboxItem, reason: str, *, final: bool) -> None:
        self.count(item.kind, "given_up" if final else "postponed")
        log.warning(
            "outbox item not sent",
            kind=item.kind,
            item=str(item.id),
            attempts=item.attempts,
            reason=reason,
            given_up=final,
        )
        longest = self.longest_delay.get(item.kind, timedelta(minutes=5))
        async with self.database.transaction() as session:
            if final:
                await self.outbox.finish(session, item.id, reason)
            else:
                delay = delay_after(max(1, item.attempts), longest)
                await self.outbox.postpone(session, item.id, delay, reason)
