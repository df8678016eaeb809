"""A deadline around what is awaited.

``asyncio.timeout_at`` does the same and more (it can be moved, it tells its state), but makes a
timer for each: every request would pay that twice. Here all of a loop's share one.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from weakref import WeakKeyDictionary

from gateway.subgraphs.http1.deadlines import Deadlines

_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Deadlines] = WeakKeyDictionary()


def _deadlines(loop: asyncio.AbstractEventLoop) -> Deadlines:
    known = _of_loop.get(loop)
    if known is None:
        known = _of_loop[loop] = Deadlines()
    return known


class Until:
    """``with Until(when): await ...`` raises TimeoutError at ``when``, in the loop's seconds.

    A cancellation from elsewhere stays one, also where both come at once.
    """

    __slots__ = ("_cancellations", "_deadlines", "_rang", "_task", "deadline")

    def __init__(self, when: float) -> None:
        self.deadline = when
        self._rang = False

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        assert task is not None  # noqa: S101 - only tasks await
        self._task = task
        self._cancellations = task.cancelling()
        self._deadlines = _deadlines(loop)
        self._deadlines.watch(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._deadlines.forget(self)
        if not self._rang:
            return
        is_ours = self._task.uncancel() <= self._cancellations
        if is_ours and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def expire(self) -> None:
        """The deadline passed."""
        self._rang = True
        self._task.cancel()
