"""PostgreSQL's NOTIFY as a wake-up, on a connection of its own.

A notification is a hint, never the only way: who waits also looks from time to time, because a
connection can be gone for a while without anybody noticing.
"""

import asyncio
from collections.abc import Callable

import asyncpg
import structlog

from shared.database.url import DatabaseAddress

log = structlog.get_logger(__name__)

RECONNECT_SECONDS = 5.0


async def listen(address: DatabaseAddress, channel: str, wake: Callable[[], None]) -> None:
    """Call ``wake`` at every notification on ``channel``, and after every (re)connection.

    Runs until cancelled; a lost connection is made again every five seconds.
    """
    while True:
        try:
            await _listen_once(address, channel, wake)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("notifications interrupted", error=type(error).__name__)
        await asyncio.sleep(RECONNECT_SECONDS)


async def _listen_once(address: DatabaseAddress, channel: str, wake: Callable[[], None]) -> None:
    plain = address.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain, **{"timeout": 5.0, **address.connect_args})
    lost = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _connection: lost.set())
        await connection.add_listener(channel, lambda *_: wake())
        wake()
        await lost.wait()
    finally:
        connection.terminate()
