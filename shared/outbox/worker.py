"""The worker that empties the outbox: woken by NOTIFY, otherwise looking every few seconds.

Any number of workers may run: each leases what it sends, and the lease of one that dies runs out.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.notifications import listen
from shared.errors import ApplicationError
from shared.outbox.items import OutboxItem
from shared.outbox.sending import Sending

log = structlog.get_logger(__name__)

AT_ONCE = 10
"""Items of one kind that are being sent."""
AFTER_FAILURE_SECONDS = 2.0
CLEANING_SECONDS = 3600.0

Tidy = Callable[[AsyncSession], Awaitable[None]]


class OutboxWorker:
    """``worker.start()`` in a running loop; ``await worker.stop()`` lets what is sent finish.

    ``tidy``: what else is cleaned every hour, beside items finished long ago.
    """

    def __init__(self, sending: Sending, poll_seconds: float, tidy: Sequence[Tidy] = ()) -> None:
        self._sending = sending
        self._poll_seconds = poll_seconds
        self._tidy = (sending.outbox.forget_finished, *tidy)
        self._wake = asyncio.Event()
        self._stopping = False
        self._under_way: Counter[str] = Counter()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin, in the background of the running loop."""
        address = self._sending.database.address
        waking = listen(address, self._sending.outbox.channel, self._wake.set)
        self._tasks = [
            asyncio.create_task(self._run(), name="outbox"),
            asyncio.create_task(waking, name="outbox wake-up"),
            asyncio.create_task(self._clean(), name="outbox cleaning"),
        ]

    async def stop(self, seconds: float = 5.0) -> None:
        """Take nothing new; wait up to ``seconds`` for what is being sent, then cancel."""
        self._stopping = True
        self._wake.set()
        worker, *others = self._tasks
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(worker), seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(worker, *others, return_exceptions=True)

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while not self._stopping:
                self._wake.clear()
                try:
                    if await self._begin_due(group):
                        continue
                except ApplicationError as error:
                    log.warning("outbox waits", error=type(error).__name__)
                    await asyncio.sleep(AFTER_FAILURE_SECONDS)
                except Exception:
                    log.exception("outbox failed")
                    await asyncio.sleep(AFTER_FAILURE_SECONDS)
                if not self._stopping:
                    await self._pause()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll_seconds):
                await self._wake.wait()

    async def _begin_due(self, group: asyncio.TaskGroup) -> bool:
        """Begin to send what is due and has room; whether there was any.

        Each kind has its own: a mail server that hangs keeps no event waiting.
        """
        full = [kind for kind, number in self._under_way.items() if number >= AT_ONCE]
        others = [number for kind, number in self._under_way.items() if kind not in full]
        room = AT_ONCE - max(others, default=0)
        async with self._sending.database.transaction() as session:
            items = await self._sending.outbox.lease(session, room, without=full)
        for item in items:
            self._under_way[item.kind] += 1
            group.create_task(self._send(item))
        return bool(items)

    async def _send(self, item: OutboxItem) -> None:
        try:
            await self._sending.send(item)
        except ApplicationError as error:
            log.warning("outbox waits", error=type(error).__name__)
        except Exception:
            log.exception("outbox failed")
        finally:
            self._under_way[item.kind] -= 1
            if self._under_way[item.kind] == AT_ONCE - 1:
                self._wake.set()  # others of the kind may have waited for room

    async def _clean(self) -> None:
        while True:
            with suppress(ApplicationError):
                async with self._sending.database.transaction() as session:
                    for tidy in self._tidy:
                        await tidy(session)
            await asyncio.sleep(CLEANING_SECONDS)
