"""Freeing many objects a few at a time: the last reference to a million of them frees all at once.

That is one step of the interpreter, 15 ms for 100,000 entities, which no other thread interrupts.
"""

from __future__ import annotations

from typing import Any

_LONG = 1_000
_WORTH = 100
_CONTAINERS = frozenset({dict, list})


def release(value: dict[str, Any] | list[Any]) -> None:
    """Empty ``value`` and what is in it; it must belong to nobody else."""
    waiting: list[Any] = [value]
    while waiting:
        value = waiting[-1]
        if type(value) is list and len(value) > _LONG:
            last = value[-_LONG:]
            del value[-_LONG:]
            waiting += [inner for item in last for inner in _long_lists(item)]
            continue
        waiting.pop()
        inside = value.values() if type(value) is dict else value
        waiting += [inner for inner in inside if type(inner) in _CONTAINERS]
        value.clear()


def _long_lists(item: Any) -> list[Any]:
    """Lists in an item of a long list that are worth emptying by themselves."""
    if type(item) is dict:
        return [inner for inner in item.values() if type(inner) is list and len(inner) > _WORTH]
    return [item] if type(item) is list and len(item) > _WORTH else []
