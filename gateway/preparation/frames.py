"""Messages between the gateway and its preparing process: a length, then a pickle.

Both ends are this program, over pipes that only they hold: pickle is safe there, and nothing else
writes a plan as fast.
"""

from __future__ import annotations

import asyncio
import io
import pickle
import struct
from dataclasses import fields, is_dataclass
from typing import Any, BinaryIO, ClassVar

_LENGTH = struct.Struct(">Q")
LARGE = 64 * 1024
"""Bytes past which reading a pickle would hold the event loop noticeably."""


def pack(message: Any) -> bytes:
    """Write a message."""
    body = io.BytesIO()
    _Pickler(body, pickle.HIGHEST_PROTOCOL).dump(message)
    return _LENGTH.pack(body.tell()) + body.getbuffer()


class _Pickler(pickle.Pickler):
    """Has dataclasses made again by calling them: read in half the time of their own way.

    A frozen one with slots sets its state by looking up its fields, for each object anew; a plan of
    sixty fetches is a thousand objects, and the event loop waits while they are read.
    """

    _arguments: ClassVar[dict[type, tuple[str, ...] | None]] = {}

    def reducer_override(self, obj: Any) -> Any:
        """How ``obj`` is made again; NotImplemented: in its own way."""
        kind = type(obj)
        if kind not in self._arguments:
            self._arguments[kind] = _arguments(kind)
        names = self._arguments[kind]
        if names is None:
            return NotImplemented
        return kind, tuple([getattr(obj, name) for name in names])


def _arguments(kind: type) -> tuple[str, ...] | None:
    """Names of the fields by which objects of a dataclass are told; None where it is not so."""
    if not is_dataclass(kind) or hasattr(kind, "__post_init__"):
        return None
    if kind.__reduce_ex__ is not object.__reduce_ex__ or kind.__reduce__ is not object.__reduce__:
        return None
    if not all(each.init and not each.kw_only for each in fields(kind)):
        return None
    return tuple(each.name for each in fields(kind))


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
