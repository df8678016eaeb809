"""JSON in: what a client sends, read without loss and without doubt.

orjson turns 18446744073709551616 into 1.8446744073709552e19 and refuses 1e400, which is JSON. Of a
key that comes twice it keeps the last, where whoever stands before us may have looked at the first.
It reads the ordinary body; whatever it could have changed is read again by the standard library,
which takes hooks for both.

    {"query": "{ a(x: 1) }", "variables": {"n": 1}}    orjson alone
    … "n": 1.10 …                                      again: n is NumberText("1.10")
    … "n": 1, "n": 2 …                                 again: refused
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import orjson

from gateway.operation.number_text import integer, real

_LARGE = 16_384
_DEEPEST = 500


class NotJson(ValueError):
    """Text that is not JSON in UTF-8, or has lone surrogates."""


class NestedTooDeeply(NotJson):
    """Values within values past what reading and writing, which call themselves, can follow."""


class KeyRepeated(NotJson):
    """An object with two equal keys (RFC 8259, 4: what is read of it cannot be foretold)."""


def loads(text: bytes) -> Any:
    """Decode JSON; numbers keep their text (``NumberText``). Raises NotJson."""
    if len(text) > _LARGE:
        # The walk below is Python; over large texts the standard library's reader is faster.
        return _loads_carefully(text)
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _loads_carefully(text)
    # orjson makes 0 of -0; an escape may be a colon. One byte is looked for first: that is faster.
    if (b"-" in text and b"-0" in text) or (b"\\" in text and b"\\u" in text):
        return _loads_carefully(text)
    colons = _colons(value)
    return value if colons == text.count(b":") else _loads_carefully(text)


def _colons(value: Any) -> int:
    """The colons that the text of ``value`` has: one for each key, and those in strings.

    A text with more of them has a key that is not in ``value``: it was there twice. -1 where a
    number may have changed: only fractions and what is past 64 bits become floats. Raises NotJson.
    """
    total = 0
    level: list[Any] = [[value]]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for outer in level:
            members = outer
            if type(outer) is dict:
                total += len(outer) + "".join(outer).count(":")
                members = outer.values()
            for inner in members:
                kind = type(inner)
                if kind is str:
                    total += inner.count(":")
                elif kind is dict or kind is list:
                    below.append(inner)
                elif kind is float:
                    return -1
        if not below:
            return total
        level = below
    raise NestedTooDeeply


def _loads_carefully(text: bytes) -> Any:
    try:
        value = json.loads(
            text.decode(),
            parse_float=real,
            parse_int=integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
        _check_depth(value, _DEEPEST)
        if b"\\u" in text:
            # Halves of surrogate pairs are no text; the standard library lets them pass.
            json.dumps(value, ensure_ascii=False).encode()
    except NotJson:
        raise
    except RecursionError:
        raise NestedTooDeeply from None
    except ValueError as error:
        raise NotJson(type(error).__name__) from None
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise KeyRepeated(key)
            seen.add(key)
    return made


def _check_depth(value: Any, allowed: int) -> None:
    """Refuse what writing, which calls itself for each level, could not follow."""
    level = [value]
    for _ in range(allowed):
        level = [
            inner
            for outer in level
            for inner in _members(outer)
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return
    raise NestedTooDeeply


def _members(value: Any) -> Iterable[Any]:
    if type(value) is dict:
        return value.values()
    return value if type(value) is list else ()


def _refuse_constant(name: str) -> Any:
    raise NotJson(f"{name} is not JSON")
