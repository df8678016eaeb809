"""What waits in the auth service's outbox, and until when."""

import asyncio
from typing import Any

from tests.auth_service.subgraph import Subgraph

SOON = "UPDATE outbox SET available_at = clock_timestamp()"
MAIL = "SELECT * FROM outbox WHERE kind = 'mail'"


async def until(condition: Any, seconds: float = 60.0) -> None:
    """Wait until ``await condition()`` holds."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


async def finished(subgraph: Subgraph) -> bool:
    return not await subgraph.sql(f"{MAIL} AND finished_at IS NULL")


async def told(subgraph: Subgraph) -> bool:
    return not await subgraph.sql(
        "SELECT 1 FROM outbox WHERE kind = 'event' AND finished_at IS NULL"
    )


async def tried(subgraph: Subgraph) -> bool:
    return bool(await subgraph.sql(f"{MAIL} AND attempts > 0 AND leased_until IS NULL"))
