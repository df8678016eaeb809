"""Cancelling the work for a client that is gone.

Starlette does not tell. A watcher listens for the disconnect, but only once a request has taken
20 ms: most are answered before, and a listener for each would cost more than it saves. It cancels
queries; a begun mutation is let finish, with its batch in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.types import Receive

from gateway.http.bodies import ClientGone

T = TypeVar("T")
PATIENCE_SECONDS = 0.02


async def while_connected(work: Awaitable[T], receive: Receive) -> T:
    """Await ``work``; raise ClientGone, with it cancelled, when the client hangs up first."""
    watch = _Watch(receive)
    handle = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, watch.begin)
    try:
        return await work
    except asyncio.CancelledError:
        if not watch.hung_up:
            raise  # someone else's cancellation: the server stops
        watch.worker.uncancel()
        raise ClientGone from None
    finally:
        handle.cancel()
        watch.end()


class _Watch:
    def __init__(self, receive: Receive) -> None:
        worker = asyncio.current_task()
        assert worker is not None  # noqa: S101 - requests run in tasks
        self.worker = worker
        self.receive = receive
        self.hung_up = False
        self.task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self.task = asyncio.get_running_loop().create_task(self._listen())

    def end(self) -> None:
        if self.task is not None:
            self.task.cancel()
            self.task = None  # its end holds a traceback, that this: a ring

    async def _listen(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
        self.hung_up = True
        self.worker.cancel()
