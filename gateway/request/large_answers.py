"""Work on large answers, beside the event loop: one piece at a time for all of a supergraph.

A hundred thousand entities are decoded, gone through and freed in a second of Python, and on the
loop everybody else would wait for it. In a thread the interpreter changes hands within a fraction
of a millisecond (``shared.http.server.SWITCH_SECONDS``), as long as no single step in C takes long:
hence ``json_pieces`` and ``releasing``. Several threads would each take their turn of the
interpreter before the loop has its own, hence one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class LargeAnswers:
    """Those of one supergraph."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def apart(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Do ``work`` in a thread.

        A caller that is cancelled goes on only when the work has ended: what it works on would
        change hands in the middle.
        """
        async with self._turn:
            working = asyncio.ensure_future(asyncio.to_thread(work, *args, **named))
            try:
                return await asyncio.shield(working)
            except asyncio.CancelledError:
                await _ended(working)
                raise


async def _ended(working: asyncio.Future[T]) -> None:
    """Wait for the end, also when cancelled once more."""
    while not working.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait({working})
    working.exception()  # nobody else asks for it
