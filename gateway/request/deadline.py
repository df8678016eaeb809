"""A deadline around what is awaited.

``asyncio.timeout_at`` does the same and more (it can be moved, it tells its state), at three times
the cost, which every request would pay twice.
"""

from __future__ import annotations

import asyncio
from types import TracebackType


class Until:
    """``with Until(when): await ...`` raises TimeoutError at ``when``, in the loop's seconds.

    A cancellation from elsewhere stays one, also where both come at once.
    """

    __slots__ = ("_cancellations", "_handle", "_rang", "_task", "_when")

    def __init__(self, when: float) -> None:
        self._when = when
        self._rang = False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - only tasks await
        self._task = task
        self._cancellations = task.cancelling()
        self._handle = asyncio.get_running_loop().call_at(self._when, self._ring)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._handle.cancel()
        if not self._rang:
            return
        is_ours = self._task.uncancel() <= self._cancellations
        if is_ours and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _ring(self) -> None:
        self._rang = True
        self._task.cancel()
