"""Merging what fetches return into the gathered data.

Null never overwrites a value. Containers are owned by one place: what goes to several targets is
copied for each (leaves are shared), because later fetches write below it.
"""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]

_CONTAINERS = frozenset({dict, list})
_NOT_PLAIN = frozenset({dict, list, type(None)})


def merge_object(target: dict[str, Any], source: dict[str, Any]) -> None:
    """Merge ``source`` into ``target``, deeply; ``source`` must not be used for anything else."""
    if target.keys().isdisjoint(source):
        target.update(source)
        return
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


def merge_entities(targets: list[list[Object]], entities: list[Any], *, is_shared: bool) -> bool:
    """Merge each of ``entities`` that is an object into all of its ``targets``; see below.

    Return whether all of them were objects or null, as entities are.
    """
    are_entities = True
    for same, entity in zip(targets, entities, strict=True):
        if type(entity) is not dict:
            are_entities = are_entities and entity is None
            continue
        if len(same) == 1 and same[0].keys().isdisjoint(entity):
            same[0].update(entity)
        else:
            merge_into_each(same, entity, is_shared=is_shared)
    return are_entities


def merge_into_each(
    targets: list[dict[str, Any]], source: dict[str, Any], *, is_shared: bool = False
) -> None:
    """Merge ``source`` into every target.

    ``is_shared``: all get its own containers; else the last one does, and the others get copies.
    """
    if len(targets) == 1:
        merge_object(targets[0], source)
        return
    kinds = set(map(type, source.values()))
    if _NOT_PLAIN.isdisjoint(kinds):
        for target in targets:  # a leaf that is not null replaces whatever stands there
            target |= source  # noqa: PLW2901  a third less than update
        return
    needs_copies = not (is_shared or _CONTAINERS.isdisjoint(kinds))
    last = len(targets) - 1
    for index, target in enumerate(targets):
        merge_object(target, copied(source) if needs_copies and index != last else source)
