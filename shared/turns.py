"""Long work shares the event loop: a piece, then whoever else is ready, then the next piece.

A request that makes ten thousand objects holds a loop for half a second if nothing parts its work.
So whoever begins a longer piece asks for a turn first; where the present one has lasted
``SLICE_SECONDS``, the pieces that follow wait, and come one in each round of the loop: between two
of them everything else is served.
"""

import asyncio
import time

SLICE_SECONDS = 0.01


class Turns:
    """The turns of one event loop."""

    def __init__(self) -> None:
        self._began = 0.0
        self._queue = asyncio.Lock()

    async def next(self) -> None:
        """Go on at once within the present turn, else with the next one."""
        if time.perf_counter() - self._began < SLICE_SECONDS and not self._queue.locked():
            return
        async with self._queue:
            await asyncio.sleep(0)
            self._began = time.perf_counter()
