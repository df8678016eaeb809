"""A deadline around what is awaited.

``asyncio.timeout_at`` does the same and more (it can be moved, it tells its state), but makes a
timer for each: every request would pay that twice. Here all of a loop's share one.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from weakref import ReferenceType, WeakKeyDictionary, ref

from shared.loop.deadlines import Deadlines

_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Deadlines] = WeakKeyDictionary()
_last: tuple[ReferenceType[asyncio.AbstractEventLoop], Deadlines] | None = None


def _deadlines(loop: asyncio.AbstractEventLoop) -> Deadlines:
    """The one of ``loop``: mostly the last one's, since a process has one loop."""
    global _last  # noqa: PLW0603
    last = _last  # another thread's loop may replace it meanwhile
    if last is None or last[0]() is not loop:
        last = _last = ref(loop), _of_loop.setdefault(loop, Deadlines())
    return last[1]


class Until:
    """``with Until(when): await ...`` raises TimeoutError at ``when``, in the loop's seconds.

    A cancellation from elsewhere stays one, also where both come at once.
    """

    __slots__ = ("_cancellations", "_deadlines", "_rang", "_task", "deadline")

    def __init__(self, when: float) -> None:
        self.deadline = when
        self._rang = False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - only tasks await
        self._task = task
        self._cancellations = task.cancelling()
        self._deadlines = _deadlines(task.get_loop())
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
