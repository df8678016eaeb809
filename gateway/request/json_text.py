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
    match value:
        case dict():
            members = []
            for key, inner in value.items():  # no generator: one frame for each level
                members.append(_string(key) + b":" + _write(inner))
            return b"{" + b",".join(members) + b"}"
        case list() | tuple():
            return b"[" + b",".join(map(_write, value)) + b"]"
        case str():
            return _string(value)
        case int() if not isinstance(value, bool):
            return str(value).encode("ascii")
        case _:
            return orjson.dumps(value, _kept_text)


def _string(text: str) -> bytes:
    """As orjson writes it if it can: what is equal is written alike, whatever stands beside it."""
    try:
        return orjson.dumps(text)
    except TypeError:
        return json.dumps(text).encode("ascii")
