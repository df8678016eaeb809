"""Merging what fetches return into the gathered data.

Null never overwrites a value. Containers are owned by one place: what goes to several targets is
copied for each (leaves are shared), because later fetches write below it.
"""

from __future__ import annotations

from typing import Any

_CONTAINERS = frozenset({dict, list})


def merge_object(target: dict[str, Any], source: dict[str, Any]) -> None:
    """Merge ``source`` into ``target``, deeply; ``source`` must not be used for anything else."""
    for key, value in source.items():
        present = target.get(key)
        if present is None:
            target[key] = value
        elif value is not None:
            target[key] = _merged(present, value)


def _merged(present: Any, value: Any) -> Any:
    """Return what stands where ``present`` stood; containers are merged in place."""
    if type(present) is dict and type(value) is dict:
        merge_object(present, value)
        return present
    if type(present) is list and type(value) is list:
        # Lists of different lengths cannot be told to hold the same things: the first one stays,
        # since other fetches may have targets in it.
        if len(present) == len(value):
            for index, item in enumerate(value):
                if present[index] is None:
                    present[index] = item
                elif item is not None:
                    present[index] = _merged(present[index], item)
        return present
    return value


def copied(value: Any) -> Any:
    """A copy of all containers of ``value``."""
    if type(value) is dict:
        return {
            key: copied(item) if type(item) in _CONTAINERS else item for key, item in value.items()
        }
    if type(value) is list:
        return [copied(item) if type(item) in _CONTAINERS else item for item in value]
    return value


def merge_into_each(targets: list[dict[str, Any]], source: dict[str, Any]) -> None:
    """Merge ``source`` into every target; the last one gets its containers, the others copies."""
    keys = source.keys()
    is_flat = _CONTAINERS.isdisjoint(map(type, source.values()))
    last = len(targets) - 1
    for index, target in enumerate(targets):
        own = source if is_flat or index == last else copied(source)
        if keys.isdisjoint(target):
            target.update(own)
        else:
            merge_object(target, own)
