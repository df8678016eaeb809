"""Long work shares the event loop: a piece, then whoever else is ready, then the next piece.

A request that makes ten thousand objects holds a loop for half a second if nothing parts its work.
So whoever begins a longer piece asks for a turn first; where the present one has lasted
``SLICE_SECONDS``, the pieces that follow wait for the next round of the loop, and between two
rounds everything else is served.
"""

import asyncio
import time

SLICE_SECONDS = 0.01


class Turns:
    """The turns of one event loop."""

    def __init__(self) -> None:
        self._began = 0.0
        self._waiting: list[asyncio.Future[None]] = []

    async def next(self) -> None:
        """Go on at once within the present turn, else with one that follows, in order."""
        while time.perf_counter() - self._began >= SLICE_SECONDS:
            loop = asyncio.get_running_loop()
            if not self._waiting:
                loop.call_soon(self._begin)
            turn = loop.create_future()
            self._waiting.append(turn)
            await turn

    def _begin(self) -> None:
        """All that wait go on together, as far as the turn reaches: loads of theirs are shared."""
        self._began = time.perf_counter()
        waiting, self._waiting = self._waiting, []
        for turn in waiting:
            if not turn.done():
                turn.set_result(None)
