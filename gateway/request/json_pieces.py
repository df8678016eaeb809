"""Large JSON text read and written a piece at a time, with the same outcome as at once.

One call of a fast reader holds the interpreter for its whole time: 60 ms for 100,000 entities. So
lists are cut between two items, objects between their members:

    {"data": {"nodes": [{"id": 1}, … {"id": 9999}, {"id": 10000}, … ]}}
                        └───────── a piece ──────┘  └──── the next

Where an item ends is not looked for, it is tried: text that ends between items is a whole list once
brackets stand around it, and text that ends anywhere else is not (in a string, in an inner list).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

Loads = Callable[[bytes], Any]

PIECE = 131_072
"""Bytes that are read in 1.5 ms."""
_ITEMS = 4_096
"""Of a list that are written at once."""
_LONG_ITEM = 4 * PIECE
_TRIES = 16
_LEVELS = 64
"""At each one all that lies below is gone through once more: what lies deeper is read at once."""
_BETWEEN = {
    b"{": re.compile(rb"\}\s*,(?=\s*\{)"),
    b"[": re.compile(rb"\]\s*,(?=\s*\[)"),
    b'"': re.compile(rb'"\s*,(?=\s*")'),
}
_ANY_COMMA = re.compile(rb",")
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


def loads_in_pieces(text: bytes, loads: Loads) -> Any:
    """Return ``loads(text)``, read in pieces. Raises ValueError as ``loads`` does."""
    return _value(text.strip(), loads, 0)


def _value(text: bytes, loads: Loads, level: int) -> Any:
    """The value of ``text``, which has no space around it."""
    if len(text) > PIECE and level < _LEVELS:
        if text.startswith(b"{") and (members := _members_of(text)) is not None:
            return {key: _value(bytes(raw), loads, level + 1) for key, raw in members.items()}
        if text.startswith(b"[") and text.endswith(b"]"):
            return _list(text, loads, level)
    if text.startswith((b"{", b"[")):
        return loads(text)
    # In brackets: what reads numbers exactly finds them by what follows.
    [value] = loads(b"[%b]" % text)
    return value


def _members_of(text: bytes) -> dict[str, msgspec.Raw] | None:
    """The members of an object; None where its depth is too much for who cuts them."""
    try:
        return _members.decode(text)
    except RecursionError:
        return None


def _list(text: bytes, loads: Loads, level: int) -> list[Any]:
    """The items of a list, cut where it can be."""
    items: list[Any] = []
    at, end = 1, len(text) - 1
    while end - at > PIECE:
        cut = _first_items(text, at, loads, items, level)
        if cut is None:
            break
        at = cut
    rest = text[at:end].strip()
    if len(rest) > PIECE:
        with suppress(ValueError):  # one long item, most likely
            items.append(_value(rest, loads, level + 1))
            return items
    last = loads(b"[%b]" % rest)
    if at > 1 and not last:
        raise ValueError("a list that ends with a comma")
    items += last
    return items


def _first_items(text: bytes, at: int, loads: Loads, items: list[Any], level: int) -> int | None:
    """Add about a piece's worth of the items from ``at`` on; return where the next one begins."""
    between = _BETWEEN.get(text[at : at + 64].lstrip()[:1], _ANY_COMMA)
    depth = _open_brackets(text, at, at + PIECE)
    looked, tries = at + PIECE, 0
    for found in between.finditer(text, at + PIECE):
        end = found.end() - 1
        depth += _open_brackets(text, looked, end)
        looked = end
        if depth:  # within an inner list, as far as brackets in strings do not mislead
            continue
        try:
            items += _read(b"[%b]" % text[at:end], loads, level)
        except ValueError:
            tries += 1
            if tries == _TRIES:
                return None
            continue
        return end + 1
    return None


def _read(text: bytes, loads: Loads, level: int) -> list[Any]:
    is_cut = len(text) > _LONG_ITEM and level < _LEVELS
    read: list[Any] = _list(text, loads, level + 1) if is_cut else loads(text)
    return read


def _open_brackets(text: bytes, start: int, end: int) -> int:
    count = text.count
    return (
        count(b"{", start, end)
        + count(b"[", start, end)
        - count(b"}", start, end)
        - count(b"]", start, end)
    )


def dumps_in_pieces(value: Any, dumps: Callable[[Any], bytes]) -> bytes:
    """Return ``dumps(value)``, its long lists written in pieces."""
    parts: list[bytes] = []
    waiting: list[Any] = [value]  # the next one last; bytes are written already
    while waiting:
        value = waiting.pop()
        if type(value) is bytes:
            parts.append(value)
        elif type(value) is dict and any(type(inner) in _CONTAINERS for inner in value.values()):
            inside: list[Any] = []
            for key, inner in value.items():
                inside += [b"%b%b:" % (b"," if inside else b"{", dumps(key)), inner]
            waiting += [b"}", *reversed(inside)]
        elif type(value) is list and len(value) == 1:
            waiting += [b"]", value[0], b"["]
        elif type(value) is list and len(value) > _ITEMS:
            for start in range(0, len(value), _ITEMS):
                parts.append(b"," if start else b"[")
                parts.append(dumps(value[start : start + _ITEMS])[1:-1])
            parts.append(b"]")
        else:
            parts.append(dumps(value))
    return b"".join(parts)


_CONTAINERS = frozenset({dict, list})
