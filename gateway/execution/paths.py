"""Paths of a plan, compiled: to collectors of target objects, and walked for concrete paths.

Collecting is the hot path and knows no indices. Concrete paths are found by a second walk, which
runs only when an error needs one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from gateway.planning.plan import Each, Key, OnTypes, Path, PathStep

Objects = list[Any]
Step = Callable[[Objects], Objects]
ConcretePath = tuple[str | int, ...]


def compile_paths(
    paths: Iterable[Path], typename_key: str
) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """Return a function from the root object to all objects at any of ``paths``.

    Nulls end the walk. Paths that begin alike are walked together.
    """
    walk = _compile_node(path_tree(paths), typename_key)

    def collect(root: dict[str, Any]) -> list[dict[str, Any]]:
        ends: Objects = []
        walk([root], ends)
        return ends

    return collect


@dataclass(slots=True)
class PathTree:
    """Paths that begin alike, joined: what follows each step, and whether a path ends here."""

    children: dict[PathStep, PathTree] = field(default_factory=dict)
    is_end: bool = False


def path_tree(paths: Iterable[Path]) -> PathTree:
    """Join ``paths``."""
    tree = PathTree()
    for path in paths:
        node = tree
        for step in path:
            node = node.children.setdefault(step, PathTree())
        node.is_end = True
    return tree


def _compile_node(node: PathTree, typename_key: str) -> Callable[[Objects, Objects], None]:
    """Walk all paths below ``node`` a step at a time: each step takes every object found so far.

    A loop per step over many objects costs a fraction of a walk per object.
    """
    branches = tuple(
        (_compile_step(step, typename_key), _compile_node(child, typename_key))
        for step, child in node.children.items()
    )
    is_end = node.is_end

    def walk(found: Objects, ends: Objects) -> None:
        if is_end:
            ends.extend([item for item in found if type(item) is dict])
        for step, below in branches:
            reached = step(found)
            if reached:
                below(reached, ends)

    return walk


def _compile_step(step: PathStep, typename_key: str) -> Step:
    """From all values before a step to all after it; nulls and what does not fit fall out."""
    match step:
        case Key(name):
            return lambda found: [
                value
                for item in found
                if type(item) is dict and (value := item.get(name)) is not None
            ]
        case Each():
            return lambda found: [
                item for items in found if type(items) is list for item in items if item is not None
            ]
        case OnTypes(types):
            return lambda found: [
                item for item in found if type(item) is dict and is_of(item, types, typename_key)
            ]


def is_of(item: dict[str, Any], types: frozenset[str], typename_key: str) -> bool:
    """Whether ``item`` says that it is of one of ``types``; it may say anything, or nothing."""
    name = item.get(typename_key)
    return type(name) is str and name in types


def locate(value: Any, path: Path, typename_key: str) -> Iterator[tuple[Any, ConcretePath]]:
    """Walk ``path`` below ``value`` again, with the concrete path of every object at its end."""
    yield from _locate(value, path, typename_key, ())


def _locate(
    value: Any, path: Path, typename_key: str, at: ConcretePath
) -> Iterator[tuple[Any, ConcretePath]]:
    """The rest of ``path`` below ``value``, which is at the concrete path ``at``."""
    if not path:
        if type(value) is dict:
            yield value, at
        return
    step, rest = path[0], path[1:]
    match step:
        case Key(name):
            if type(value) is dict and value.get(name) is not None:
                yield from _locate(value[name], rest, typename_key, (*at, name))
        case Each():
            if type(value) is list:
                for index, item in enumerate(value):
                    yield from _locate(item, rest, typename_key, (*at, index))
        case OnTypes(types):
            if type(value) is dict and is_of(value, types, typename_key):
                yield from _locate(value, rest, typename_key, at)


def keys_of(path: Path) -> tuple[str, ...]:
    """The response keys of ``path``, without list and type steps."""
    return tuple([step.name for step in path if isinstance(step, Key)])


def index_free_prefix(path: Path) -> tuple[str, ...]:
    """The keys before the first list step: the longest concrete path that needs no index."""
    keys: list[str] = []
    for step in path:
        if isinstance(step, Each):
            break
        if isinstance(step, Key):
            keys.append(step.name)
    return tuple(keys)
