"""What a gateway costs at the subgraphs: how many requests, and how many that wait for another."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Call:
    """One request at a subgraph: milliseconds of its arrival and (None: not yet) of its reply."""

    path: str
    arrived: float
    replied: float | None


class Cost(NamedTuple):
    """Of one operation. Fewer of both is better."""

    requests: int
    depth: int


def cost(calls: Iterable[Call]) -> Cost:
    """Count the requests and the longest chain of them.

    A request follows another if it arrived after the other's reply: what depends on a reply never
    comes before it, so a chain in the plan is never missed. What merely happened to be late looks
    like a chain, too; that is why replies are held back and measurements repeated.
    """
    done: list[tuple[float, int]] = []
    for call in sorted(calls, key=lambda call: call.arrived):
        before = (depth for replied, depth in done if replied <= call.arrived)
        done.append(
            (math.inf if call.replied is None else call.replied, 1 + max(before, default=0))
        )
    return Cost(len(done), max((depth for _, depth in done), default=0))
