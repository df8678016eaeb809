"""Two kinds of clients over plain sockets: one that asks the same, many that ask what is new."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from typing import Any

KNOWN = "{__typename}"


class Connection:
    """One kept connection, one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, query: str) -> tuple[int, bytes]:
        """Send a query; return status and body."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        body = json.dumps({"query": query}).encode()
        head = (
            f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        lines = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
        size = next(int(line.partition(b":")[2]) for line in lines if b"content-length" in line)
        return int(lines[0].split()[1]), await reader.readexactly(size)

    def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].close()


async def ask_the_known(port: int, seconds: float, per_second: float) -> list[float]:
    """Ask ``KNOWN`` at a steady pace; return the milliseconds from when each was due.

    A request that is late because the one before was not answered yet counts from when it was due:
    what a user waits for.
    """
    connections = [Connection(port) for _ in range(8)]
    begun = time.perf_counter()
    waits: list[float] = []

    async def one(number: int, due: float) -> None:
        status, _ = await connections[number % len(connections)].ask(KNOWN)
        assert status == 200, status
        waits.append(1_000 * (time.perf_counter() - due))

    locks = [asyncio.Lock() for _ in connections]

    async def in_turn(number: int, due: float) -> None:
        async with locks[number % len(locks)]:
            await one(number, due)

    tasks = []
    for number in range(int(seconds * per_second)):
        due = begun + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(in_turn(number, due)))
    await asyncio.gather(*tasks)
    for connection in connections:
        connection.close()
    return waits


async def flood(
    port: int, documents: Iterator[str], clients: int, is_over: Callable[[], bool]
) -> list[float]:
    """Send new documents from ``clients`` connections until it is over; return their waits."""
    waits: list[float] = []

    async def send() -> None:
        connection = Connection(port)
        while not is_over() and (document := next(documents, None)) is not None:
            began = time.perf_counter()
            await connection.ask(document)
            waits.append(1_000 * (time.perf_counter() - began))
        connection.close()

    await asyncio.gather(*(send() for _ in range(clients)))
    return waits


def flood_apart(
    port: int, documents: list[str], clients: int, begun: Event, over: Event, results: Queue[Any]
) -> None:
    """In a process of its own: what it does must not delay the client that is measured."""
    begun.set()
    results.put(asyncio.run(flood(port, iter(documents), clients, over.is_set)))
