"""A request's body that cannot be read to its end, as the application sees it.

Whether the application has begun when that is found out hangs on how fast the bytes came. So it
gets what had come in any case, and may answer without the rest: 415 for a media type, 413 for what
is too large already. Whoever waits for more is where the refusal is said.
"""

from __future__ import annotations

from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


class BrokenBody:
    """Stands for the event by which ``cycle``'s ``receive`` is woken. ``refuse`` writes 4xx."""

    def __init__(self, cycle: RequestResponseCycle, refuse: Callable[[], None]) -> None:
        self._cycle: RequestResponseCycle | None = cycle
        self._refuse = refuse

    async def wait(self) -> None:
        """Go on while there is something to hand over; then nothing comes any more."""
        cycle = self._cycle
        if cycle is None or cycle.body or cycle.disconnected:
            return
        self._cycle = None  # a ring
        cycle.disconnected = True
        if cycle.response_started:
            cycle.transport.close()
        else:
            self._refuse()

    def set(self) -> None:
        """Somebody else has something to say, which ``receive`` sees for itself."""

    def clear(self) -> None:
        """Nothing to forget."""
