"""The addresses of a subgraph's host, asked for with each new connection.

A subgraph that is started elsewhere is found as soon as its name says so. While names cannot be
looked up, those of before are taken (as RFC 8767 has it): a name service that is away would else
take away subgraphs that are there, since connections are kept for seconds only.
"""

from __future__ import annotations

import asyncio
import itertools
import socket

_MAX_ADDRESSES = 8
LOOKUP_SECONDS = 1.0
"""How long an answer is waited for where there is one of before."""
PAUSE_SECONDS = 5.0
"""Until it is asked for again: each look-up that hangs holds one of a few threads."""


class Addresses:
    """Those of one ``host`` and ``port``."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._known: list[str] = []
        self._pause_until = 0.0

    async def find(self) -> list[str]:
        """Return them, or those of before. Raises OSError, UnicodeError where there are none."""
        loop = asyncio.get_running_loop()
        if not self._known:
            self._known = await self._asked()
        elif loop.time() >= self._pause_until:
            try:
                async with asyncio.timeout(LOOKUP_SECONDS):
                    self._known = await self._asked()
            except OSError:  # TimeoutError is one
                self._pause_until = loop.time() + PAUSE_SECONDS
        return self._known

    async def _asked(self) -> list[str]:
        """Families taking turns: a broken IPv6 costs 0.25 s, no more."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        by_family: dict[int, list[str]] = {}
        for family, _, _, _, address in found:
            by_family.setdefault(family, []).append(str(address[0]))
        turns = itertools.zip_longest(*by_family.values())
        addresses = [address for turn in turns for address in turn if address is not None]
        return list(dict.fromkeys(addresses))[:_MAX_ADDRESSES]
