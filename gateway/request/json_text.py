"""JSON out: orjson, and the standard library for what orjson refuses.

orjson refuses integers past 64 bits and lone surrogates, both of which a client's variables may
hold; the standard library writes the former in full and the latter as ``\\udXXX`` escapes.
"""

from __future__ import annotations

import json
from typing import Any

import orjson


def dumps(value: Any) -> bytes:
    """Write ``value`` as JSON text."""
    try:
        return orjson.dumps(value)
    except TypeError:
        text = json.dumps(value, separators=(",", ":"), allow_nan=False, default=_number)
        return text.encode("ascii")


def _number(value: Any) -> Any:
    """A number kept as text, beside something that only the standard library writes."""
    if isinstance(value, orjson.Fragment):
        return json.loads(orjson.dumps(value))
    raise TypeError(f"{type(value).__name__} is not JSON")
