"""Closing a connection whose client still sends (RFC 9112, 9.6).

Closing at once resets a connection that still brings bytes: whoever writes a whole request before
reading would see that, and not the answer. So our half is closed, and the client's taken in for a
while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

_LINGER_SECONDS = 1.0
_LONGEST_LINGER_SECONDS = 10.0
"""While more of the body comes."""


class LingeringClose:
    """Closes ``transport`` when its client has, or a moment after its last byte."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._until = loop.time() + _LONGEST_LINGER_SECONDS
        transport.write_eof()
        self._timer = self._set_timer()

    def heard(self) -> None:
        """Something came: the moment begins anew."""
        self._timer.cancel()
        self._timer = self._set_timer()

    def cancel(self) -> None:
        """The connection is gone."""
        self._timer.cancel()

    def _set_timer(self) -> asyncio.TimerHandle:
        until = min(self._loop.time() + _LINGER_SECONDS, self._until)
        return self._loop.call_at(until, self._transport.close)


class Parting:
    """A transport as uvicorn's cycle sees it: it closes when that does no harm to the answer."""

    def __init__(self, transport: Any, close: Callable[[], None]) -> None:
        self._transport = transport
        self.write = transport.write
        self.writelines = transport.writelines
        self.close = close

    def __getattr__(self, name: str) -> Any:
        """Return the rest, as it is."""
        return getattr(self._transport, name)
