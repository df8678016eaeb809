"""Where an entry of a reply's ``errors`` stands in the answer.

One with a usable path goes to every target that the object at that path was asked for, in client
keys: ``["_entities", 1, "email"]`` becomes ``["users", 4, "email"]`` and ``["me", "email"]``. One
without goes once to each index-free place that the fetch fills.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.execution.calls import Call, GroupCall
from gateway.execution.paths import ConcretePath, locate
from gateway.execution.renaming import rename_path
from gateway.planning.plan import EntityFetch, ReentryFetch
from gateway.request.gathered import MAX_ERRORS

_ENTITY_STEPS = 2  # the alias of _entities, and an index


def _path_of(entry: Any) -> ConcretePath | None:
    """Return the path that an entry names, None for one that is none: it begins with a field."""
    path = entry.get("path") if type(entry) is dict else None
    if type(path) is not list or not path or type(path[0]) is not str:
        return None
    return tuple(path) if all(type(step) in (str, int) for step in path) else None


def root_error_paths(
    call: Call, errors: list[Any], data: dict[str, Any]
) -> Iterator[tuple[Any, list[ConcretePath] | None]]:
    """Yield each error of a root or reentry fetch with its paths, None where it has no place."""
    spec = call.fetch.spec
    renames = () if isinstance(spec, EntityFetch) else spec.renames
    bases: list[ConcretePath] = [()]
    if isinstance(spec, ReentryFetch):
        key = call.fetch.typename_key
        bases = [at for path in spec.targets for _, at in locate(data, path, key)]
    for entry in errors:
        path = _path_of(entry)
        if path is None or not bases:
            yield entry, None
        else:
            rest = rename_path(renames, path)
            yield entry, [(*base, *rest) for base in bases[:MAX_ERRORS]]


class EntityErrorPlaces:
    """The places of one entity reply's errors. Concrete paths are found once, if needed."""

    def __init__(self, call: Call, data: dict[str, Any]) -> None:
        self._data = data
        self._parts = {part.group.spec.alias: part for part in call.groups}
        self._located: dict[str, dict[int, ConcretePath]] = {}
        self._explained: dict[str, set[int]] = {alias: set() for alias in self._parts}
        self._is_general = False

    def of(self, entry: Any) -> list[ConcretePath] | None:
        """Return a path for every target that ``entry`` concerns, None where it names none."""
        path = _path_of(entry) or ()
        part = self._parts.get(path[0]) if path and isinstance(path[0], str) else None
        index = path[1] if len(path) > 1 else None
        if part is None or type(index) is not int or not 0 <= index < len(part.targets):
            self._is_general = True
            return None
        rest = rename_path(part.group.spec.renames, path[2:])
        self._explained[part.group.spec.alias].add(index)
        return [(*base, *rest) for base in self._bases(part, index)]

    @staticmethod
    def is_whole(entry: Any) -> bool:
        """Whether ``entry``, which names a target, is of the entity itself and nothing below."""
        return len(_path_of(entry) or ()) == _ENTITY_STEPS

    def explain(self, part: GroupCall) -> bool:
        """Whether every representation of ``part`` has an error that tells why nothing came."""
        explained = self._explained[part.group.spec.alias]
        return self._is_general or len(explained) == len(part.representations)

    def _bases(self, part: GroupCall, index: int) -> Iterator[ConcretePath]:
        """The concrete paths of the targets that share a representation."""
        spec = part.group.spec
        located = self._located.get(spec.alias)
        if located is None:
            key = part.group.typename_key
            located = self._located[spec.alias] = {
                id(item): at for path in spec.targets for item, at in locate(self._data, path, key)
            }
        for target in part.targets[index][:MAX_ERRORS]:
            if id(target) in located:
                yield located[id(target)]
