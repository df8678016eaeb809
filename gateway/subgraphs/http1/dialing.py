"""Opening connections: names to addresses, the first that answers wins (RFC 8305)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence

from gateway.subgraphs.http1.addresses import Addresses
from gateway.subgraphs.http1.connection import Connection
from gateway.subgraphs.http1.target import Target
from gateway.subgraphs.protocol import SubgraphTimeout, SubgraphUnreachable
from shared.connection_faults import fault_of

CONNECT_SECONDS = 5.0
NEXT_ADDRESS_SECONDS = 0.25


class Dialing:
    """Opens connections to ``target``. ``tls``: its context, None for plain text."""

    def __init__(
        self, target: Target, tls: ssl.SSLContext | None, make: Callable[[], Connection]
    ) -> None:
        self._target = target
        self._addresses = Addresses(target.host, target.port)
        self._tls = tls
        self._make = make

    async def open(self, deadline: float) -> Connection:
        """Return a new connection.

        Raises SubgraphTimeout at ``deadline``, SubgraphUnreachable where nobody answers before.
        """
        loop = asyncio.get_running_loop()
        own_limit = loop.time() + CONNECT_SECONDS
        try:
            async with asyncio.timeout_at(min(deadline, own_limit)):
                return await self._first(await self._addresses.find())
        except TimeoutError:
            if deadline <= own_limit:
                raise SubgraphTimeout("no connection before the deadline") from None
            raise SubgraphUnreachable(f"no connection within {CONNECT_SECONDS:g} s") from None
        except (OSError, UnicodeError) as error:
            raise SubgraphUnreachable(fault_of(error)) from None

    async def _first(self, addresses: Sequence[str]) -> Connection:
        """The first connection that stands; the others are given up."""
        if len(addresses) == 1:
            return await self._dial(addresses[0])
        waiting = list(addresses)
        dialing: set[asyncio.Task[Connection]] = set()
        failure: OSError = OSError("no address")
        try:
            while waiting or dialing:
                if waiting:
                    dialing.add(asyncio.create_task(self._dial(waiting.pop(0))))
                # A failure brings the next address on at once, silence after a while.
                done, dialing = await asyncio.wait(
                    dialing,
                    timeout=NEXT_ADDRESS_SECONDS if waiting else None,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for task in done:
                    error = task.exception()
                    if error is None:
                        dialing |= done - {task}
                        return task.result()
                    if not isinstance(error, OSError):
                        raise error
                    failure = error
            raise failure
        finally:
            for task in dialing:
                _give_up(task)

    async def _dial(self, address: str) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            self._make,
            address,
            self._target.port,
            ssl=self._tls,
            server_hostname=self._target.host if self._tls is not None else None,
        )
        return connection


def _give_up(task: asyncio.Task[Connection]) -> None:
    """Cancel an attempt; one that just succeeded is closed."""

    def close(ended: asyncio.Task[Connection]) -> None:
        if not ended.cancelled() and ended.exception() is None:
            ended.result().close()

    task.cancel()
    task.add_done_callback(close)
