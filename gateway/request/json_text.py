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
            case dict() if value:
                inside: list[Any] = []
                for key, inner in value.items():
                    inside += [b"%b%b:" % (b"," if inside else b"{", _string(key)), inner]
                waiting += [b"}", *reversed(inside)]
            case list() | tuple() if value:
                inside = []
                for inner in value:
                    inside += [b"," if inside else b"[", inner]
                waiting += [b"]", *reversed(inside)]
            case str():
                parts.append(_string(value))
            case int() if not isinstance(value, bool):
                parts.append(str(value).encode("ascii"))
            case _:
                parts.append(orjson.dumps(value, _kept_text))
    return b"".join(parts)


def _string(text: str) -> bytes:
    """As orjson writes it if it can: what is equal is written alike, whatever stands beside it."""
    try:
        return orjson.dumps(text)
    except TypeError:
        return json.dumps(text).encode("ascii")
