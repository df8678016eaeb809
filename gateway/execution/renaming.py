"""Renames: from the aliases a document had to use back to the keys the client expects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.execution.paths import ConcretePath, compile_paths, is_of, keys_of
from gateway.planning.plan import Rename

Renaming = Callable[[dict[str, Any]], None]


def compile_renames(renames: tuple[Rename, ...], typename_key: str) -> Renaming | None:
    """Return a function that renames within one reply object, None where nothing is renamed."""
    if not renames:
        return None
    compiled = tuple((compile_paths([r.path], typename_key), r) for r in renames)

    def rename(root: dict[str, Any]) -> None:
        for collect, step in compiled:
            for item in collect(root):
                if step.types is None or is_of(item, step.types, typename_key):
                    _move(item, step.source, step.key)

    return rename


def _move(item: dict[str, Any], source: str, key: str) -> None:
    if source in item:
        value = item.pop(source)
        if value is not None or key not in item:
            item[key] = value


def rename_path(renames: tuple[Rename, ...], path: ConcretePath) -> ConcretePath:
    """Rewrite the path of an error in a reply: aliases become the client's keys."""
    for rename in renames:
        keys = [(index, step) for index, step in enumerate(path) if isinstance(step, str)]
        parents = keys_of(rename.path)
        if len(keys) > len(parents) and tuple(k for _, k in keys[: len(parents)]) == parents:
            index, name = keys[len(parents)]
            if name == rename.source:
                path = (*path[:index], rename.key, *path[index + 1 :])
    return path
