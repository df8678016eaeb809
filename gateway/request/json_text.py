"""JSON out: orjson, and text put together here for what orjson refuses.

orjson refuses integers past 64 bits and lone surrogates, both of which a client's variables may
hold; the former are written in full, the latter as ``\\udXXX`` escapes. Numbers that were kept as
text (``NumberText``, ``orjson.Fragment``) are written as that.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from gateway.operation.number_text import NumberText


def dumps(value: Any) -> bytes:
    """Write ``value`` as JSON text."""
    try:
        return orjson.dumps(value, _kept_text)
    except TypeError:
        return _write(value)


def _kept_text(value: Any) -> orjson.Fragment:
    if isinstance(value, NumberText):
        return orjson.Fragment(value.text)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _write(value: Any) -> bytes:
    """Write what orjson refuses, where values may lie 1,024 deep: it does not call itself."""
    parts: list[bytes] = []
    waiting: list[Any] = [value]  # the next one last; bytes are written already
    while waiting:
        value = waiting.pop()
        match value:
            case bytes():
                parts.append(value)
            case dict():
                inside: list[Any] = [b"{"]
                for key, inner in value.items():
                    inside += [_string(key) + b":", inner, b","]
                waiting += reversed(_closed(inside, b"}"))
            case list() | tuple():
                inside = [b"["]
                for inner in value:
                    inside += [inner, b","]
                waiting += reversed(_closed(inside, b"]"))
            case str():
                parts.append(_string(value))
            case int() if not isinstance(value, bool):
                parts.append(str(value).encode("ascii"))
            case _:
                parts.append(orjson.dumps(value, _kept_text))
    return b"".join(parts)


def _closed(inside: list[Any], end: bytes) -> list[Any]:
    """Put ``end`` in the place of the last comma."""
    if len(inside) > 1:
        inside.pop()
    inside.append(end)
    return inside


def _string(text: str) -> bytes:
    """As orjson writes it if it can: what is equal is written alike, whatever stands beside it."""
    try:
        return orjson.dumps(text)
    except TypeError:
        return json.dumps(text).encode("ascii")
