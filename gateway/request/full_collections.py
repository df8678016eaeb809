"""What a large answer takes for itself: that no full collection of garbage begins, and room."""

from __future__ import annotations

import gc
import time
from types import TracebackType
from typing import Self

from gateway.request.room import room

_NEVER = 1 << 30
_LONGEST_PAUSE = 60.0


class FullCollections:
    """No full collection of garbage while a large answer is there.

    It would look at each of a million objects that are all still needed, and hold the loop for
    100 ms and more. Young ones go on. Only a ``Pause`` calls ``pause`` and ``resume``, in pairs.
    """

    def __init__(self) -> None:
        self._answers = 0
        self._since = 0.0
        self._usual = gc.get_threshold()

    def pause(self) -> None:
        """A large answer begins. Where one follows the other for long, a collection may slip in."""
        now = time.monotonic()
        if self._answers == 0:
            self._usual = gc.get_threshold()
            self._since = now
        self._answers += 1
        first, second, full = self._usual
        if now - self._since < _LONGEST_PAUSE:
            gc.set_threshold(first, second, _NEVER)
        else:
            self._since = now
            gc.set_threshold(first, second, full)

    def resume(self) -> None:
        """It has ended."""
        self._answers -= 1
        if self._answers == 0:
            gc.set_threshold(*self._usual)


full_collections = FullCollections()
"""Those of the process, as garbage collection is."""


class Pause:
    """What one large answer takes, for as long as a ``with`` block lasts: it puts full collections
    off, and holds room.

    What comes after the block changes nothing: a fetch of a batch goes on for its other operations
    when the client of the first has gone, and its reply is still counted there.
    """

    __slots__ = ("_has_begun", "_held", "_is_over")

    def __init__(self) -> None:
        self._has_begun = False
        self._is_over = False
        self._held = 0

    def __enter__(self) -> Self:
        """Nothing is put off yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """However the block is left."""
        self._is_over = True
        if self._has_begun:
            full_collections.resume()
            room.held -= self._held

    def begin(self) -> None:
        """The answer is large."""
        if not self._has_begun and not self._is_over:
            self._has_begun = True
            full_collections.pause()

    def hold(self, size: int, *, must: bool) -> bool:
        """Hold room for a reply; False where there is none, unless it ``must`` be held."""
        if not self._has_begun or self._is_over:
            return True
        if not (must or self._held or room.takes(size)):
            return False
        room.held += size
        self._held += size
        return True
