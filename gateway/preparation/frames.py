"""Messages between the gateway and its preparing process: a length, then a pickle.

Both ends are this program, over pipes that only they hold: pickle is safe there, and nothing else
writes a plan as fast.
"""

from __future__ import annotations

import asyncio
import pickle
import struct
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">Q")
LARGE = 64 * 1024
"""Bytes past which reading a pickle would hold the event loop noticeably."""


def pack(message: Any) -> bytes:
    """Write a message."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(body)) + body


def read_blocking(source: BinaryIO) -> Any:
    """Read a message; wait for it. Raises EOFError at the end."""
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    return pickle.loads(source.read(_LENGTH.unpack(head)[0]))  # noqa: S301 - see above


async def read_message(source: asyncio.StreamReader) -> Any:
    """Read a message, a large one in a thread. Raises IncompleteReadError at the end."""
    [length] = _LENGTH.unpack(await source.readexactly(_LENGTH.size))
    body = await source.readexactly(length)
    if length > LARGE:
        return await asyncio.to_thread(pickle.loads, body)
    return pickle.loads(body)  # noqa: S301 - see above
