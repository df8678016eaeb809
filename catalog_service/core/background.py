"""Work that is done again and again beside the requests."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


async def repeat(name: str, seconds: float, act: Callable[[], Awaitable[object]]) -> None:
    """Do ``act`` every ``seconds`` until cancelled; a failure is logged and the next turn comes.

    The pause varies by a tenth, so that instances started together do not stay in step.
    """
    while True:
        await asyncio.sleep(seconds * random.uniform(0.9, 1.1))  # noqa: S311  not a secret
        try:
            await act()
        except Exception as error:  # noqa: BLE001  the next turn must come, whatever this was
            log.warning("background work failed", work=name, error=type(error).__name__)
