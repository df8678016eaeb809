"""Work is done only while somebody waits for it.

Starlette does not tell that a client is gone. A watcher listens for it, but only once a request has
taken 20 ms: most are answered before, and a listener for each would cost more than it saves. The
gateway also says how long it will wait: ``X-Deadline-Ms``, believed of a holder of its key only.
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

T = TypeVar("T")
DEADLINE_HEADER = "x-deadline-ms"
LONGEST_DEADLINE_MS = 600_000
PATIENCE_SECONDS = 0.02


class NobodyWaits(Exception):
    """The work was given up, because its answer would reach nobody."""


class ClientGone(NobodyWaits):
    """The connection was closed before the answer."""


class DeadlinePassed(NobodyWaits):
    """The caller said how long it would wait, and that is over."""


def note_deadline(scope: Scope, headers: Headers) -> None:
    """Keep when the caller stops waiting in the scope's state, in the loop's time.

    What is no whole number of milliseconds is no deadline.
    """
    given = headers.get(DEADLINE_HEADER, "")
    if given.isascii() and given.isdigit() and len(given) <= len(str(LONGEST_DEADLINE_MS)):
        seconds = min(int(given), LONGEST_DEADLINE_MS) / 1000
        scope["state"]["deadline"] = asyncio.get_running_loop().time() + seconds


def deadline_of(scope: Scope) -> float | None:
    """When the caller stops waiting, in the loop's time; None if it did not say."""
    deadline: float | None = scope["state"].get("deadline")
    return deadline


async def while_awaited(work: Awaitable[T], receive: Receive, deadline: float | None) -> T:
    """Await ``work``; raise ``NobodyWaits``, with it cancelled, as soon as nobody waits for it.

    The request's body has been read: what ``receive`` says next is that the client is gone.
    """
    loop = asyncio.get_running_loop()
    watch = _Watch(receive)
    handles = [loop.call_later(PATIENCE_SECONDS, watch.begin)]
    if deadline is not None:
        handles.append(loop.call_at(deadline, watch.stop, DeadlinePassed()))
    try:
        return await work
    except asyncio.CancelledError:
        if watch.reason is None:
            raise  # someone else's cancellation: the server stops
        watch.worker.uncancel()
        raise watch.reason from None
    finally:
        for handle in handles:
            handle.cancel()
        watch.end()


class _Watch:
    def __init__(self, receive: Receive) -> None:
        worker = asyncio.current_task()
        assert worker is not None  # noqa: S101  requests run in tasks
        self.worker = worker
        self.reason: NobodyWaits | None = None
        self._receive = receive
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._listen())

    def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None  # which holds this watch

    def stop(self, reason: NobodyWaits) -> None:
        if self.reason is None:
            self.reason = reason
            self.worker.cancel()

    async def _listen(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.stop(ClientGone())
