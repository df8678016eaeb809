"""Which progressive @override labels are active for one HTTP request."""

from __future__ import annotations

import random
import re

_PERCENT = re.compile(r"^percent\(\s*(\d+(?:\.\d+)?)\s*\)$")
_random = random.Random()  # noqa: S311  a share of the traffic, not a secret


def drawn_labels(known: frozenset[str], active: frozenset[str]) -> frozenset[str]:
    """Return those of a supergraph's labels that count for this request.

    ``percent(N)`` labels are drawn with one number, so that who is among 10 percent is among 20
    too; others are active if the setting names them.
    """
    if not known:
        return known
    number = _random.random() * 100
    return frozenset(label for label in known if label in active or _is_drawn(label, number))


def _is_drawn(label: str, number: float) -> bool:
    match = _PERCENT.match(label)
    return match is not None and number < float(match[1])
