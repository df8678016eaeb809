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
    waiting: list[tuple[Any, Any]] = [(target, source)]
    while waiting:
        into, given = waiting.pop()
        for key, value in given.items() if type(given) is dict else enumerate(given):
            present = into.get(key) if type(into) is dict else into[key]
            if present is None:
                into[key] = value
            elif value is not None:
                _merge(into, key, value, waiting)


def _merge(into: Any, key: Any, value: Any, waiting: list[tuple[Any, Any]]) -> None:
    """Put ``value`` where something stands; containers of a kind are ``waiting`` to be merged."""
    present = into[key]
    if type(present) is dict and type(value) is dict:
        waiting.append((present, value))
    elif type(present) is list and type(value) is list:
        # Lists of different lengths cannot be told to hold the same things: the first one stays,
        # since other fetches may have targets in it.
        if len(present) == len(value):
            waiting.append((present, value))
    else:
        into[key] = value


def copied(value: Any) -> Any:
    """A copy of all containers of ``value``, however deep they lie."""
    outer = [value]
    waiting: list[Any] = [outer]
    while waiting:
        copy = waiting.pop()
        for key, item in copy.items() if type(copy) is dict else enumerate(copy):
            if type(item) in _CONTAINERS:
                copy[key] = own = item.copy()
                waiting.append(own)
    return outer[0]


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
