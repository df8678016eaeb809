"""JSON in without loss: numbers of custom scalars keep their text.

orjson makes ``1.10`` to 1.1 and integers past 64 bits to doubles. Where a fetch selects custom
scalars (a decimal, a big integer), its reply is searched for numbers that would change; only such
a reply is decoded by the standard library, with those numbers kept as the text that they are.
The search costs about as much as decoding by orjson; fetches without custom scalars skip it.
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

_ENDING_IN_ZERO_OR_LONG = re.compile(rb"\.(?:\d+0|\d{15,})(?=[\s,\]}])")
_NEGATIVE_ZERO = re.compile(rb"-0(?=[\s,\]}])")
_EXPONENT = re.compile(rb"\d[eE][+-]?\d+(?=[\s,\]}])")
_ALIKE = bytes.maketrans(b"123456789E", b"000000000e")
_LONG = b"0" * 16
_EXPONENTS = (b"0e0", b"0e+0", b"0e-0")
_SAFE_DIGITS = 18


class NotJson(ValueError):
    """Text that is not JSON, or nested too deeply."""


def loads_exactly(body: bytes) -> Any:
    """Decode JSON; numbers that a double or 64 bits would change become orjson.Fragment.

    Raises NotJson.
    """
    try:
        if not _would_change(body):
            return orjson.loads(body)
        return json.loads(
            body, parse_float=_real, parse_int=_integer, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        raise NotJson(type(error).__name__) from None


def _would_change(body: bytes) -> bool:
    """Whether ``body`` may hold a number that orjson would change (a string may look like one)."""
    if _ENDING_IN_ZERO_OR_LONG.search(body):
        return True
    if b"-0" in body and _NEGATIVE_ZERO.search(body):
        return True
    alike = body.translate(_ALIKE)
    if _LONG in alike:
        return True
    return any(text in alike for text in _EXPONENTS) and _EXPONENT.search(body) is not None


def _integer(text: str) -> Any:
    is_safe = len(text) <= _SAFE_DIGITS and text != "-0"
    return int(text) if is_safe else orjson.Fragment(text)


def _real(text: str) -> Any:
    value = float(text)
    return value if repr(value) == text else orjson.Fragment(text)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
