"""Paths from the root of the gathered data to the objects of a node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway.planning.fetch_graph.nodes import FetchNode
from gateway.planning.plan import Each, Key, OnTypes, Path, PathStep
from gateway.planning.tree import FieldNode, ObjectNode


class Step(NamedTuple):
    """A step of a path; ``object_node`` is where an ``OnTypes`` tells objects apart."""

    step: PathStep
    object_node: ObjectNode | None = None


TypedPath = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class KeysInUse:
    """Per place and response key the fields that are asked under it; paths follow from that."""

    fields: dict[ObjectNode, dict[str, tuple[FieldNode, ...]]] = field(default_factory=dict)
    paths: dict[ObjectNode, TypedPath] = field(default_factory=dict)


def target_path(node: FetchNode, in_use: KeysInUse) -> TypedPath:
    """The path to the objects that an entered node asks for."""
    place = node.object_node
    steps = path_to(place, in_use)
    if node.types is not None and place.is_abstract and place.possible - node.types:
        return (*steps, Step(OnTypes(node.types), place))
    return steps


def path_to(object_node: ObjectNode, in_use: KeysInUse) -> TypedPath:
    """The path to all objects of a place; that of a place below begins with it."""
    known = in_use.paths.get(object_node)
    if known is None:
        known = in_use.paths[object_node] = tuple(_steps_to(object_node, in_use))
    return known


def _steps_to(object_node: ObjectNode, in_use: KeysInUse) -> Iterator[Step]:
    above = object_node.parent
    if above is None:
        return
    yield from path_to(above.parent, in_use)
    if _is_shared_key(above, in_use):
        yield Step(OnTypes(above.types), above.parent)
    yield Step(Key(above.key))
    yield from [Step(Each())] * above.lists


def _is_shared_key(field_node: FieldNode, in_use: KeysInUse) -> bool:
    """Whether objects of other types have something else under the field's key."""
    place = field_node.parent
    others = in_use.fields.get(place, {}).get(field_node.key, ())
    return place.is_abstract and any(not other.types <= field_node.types for other in others)


def merge_targets(paths: Iterable[TypedPath]) -> tuple[Path, ...]:
    """Paths that differ in the types of one step as one; steps that let everything pass dropped."""
    merged = _Merged()
    for path in paths:
        merged.add(path)
    return tuple(
        tuple(step.step for step in path if not _lets_all_pass(step))
        for path in merged.paths.values()
    )


_Comparable = tuple[str | int | frozenset[str], ...]
"""A path as one compares it: steps are hashed very often, and these are quick at it."""

_Hole = tuple[int, _Comparable]
"""The number of a step that has types, and the path without them."""


@dataclass(slots=True)
class _Merged:
    """Paths that are no two alike but for the types of one step.

    They are found by what is left of them without the types of any step: a place is asked for on
    as many paths as there are types in a row above it.
    """

    paths: dict[_Comparable, TypedPath] = field(default_factory=dict)
    _alike: dict[_Hole, list[_Comparable]] = field(default_factory=dict)

    def add(self, path: TypedPath) -> None:
        """Add ``path``, united with those that differ from it in one step's types."""
        while True:
            steps = tuple(_comparable(step.step) for step in path)
            holes = _holes(steps)
            other = self._twin(steps, holes)
            if other is None:
                break
            path = _united(path, self._pop(other))
        if steps not in self.paths:
            self.paths[steps] = path
            for hole in holes:
                self._alike.setdefault(hole, []).append(steps)

    def _twin(self, steps: _Comparable, holes: Iterable[_Hole]) -> _Comparable | None:
        """The first that differs in just one step's types: it has the same hole there."""
        found = [other for hole in holes for other in self._alike.get(hole, ()) if other != steps]
        if not found:
            return None
        return found[0] if len(found) == 1 else next(each for each in self.paths if each in found)

    def _pop(self, steps: _Comparable) -> TypedPath:
        for hole in _holes(steps):
            self._alike[hole].remove(steps)
        return self.paths.pop(steps)


def _holes(steps: _Comparable) -> list[_Hole]:
    return [
        (number, (*steps[:number], 0, *steps[number + 1 :]))
        for number, step in enumerate(steps)
        if isinstance(step, frozenset)
    ]


def _comparable(step: PathStep) -> str | int | frozenset[str]:
    match step:
        case Key(name):
            return name
        case Each():
            return 1
        case OnTypes(types):
            return types


def _united(path: TypedPath, other: TypedPath) -> TypedPath:
    return tuple(
        Step(OnTypes(a.step.types | b.step.types), a.object_node)
        if isinstance(a.step, OnTypes) and isinstance(b.step, OnTypes)
        else a
        for a, b in zip(path, other, strict=True)
    )


def _lets_all_pass(step: Step) -> bool:
    return (
        isinstance(step.step, OnTypes)
        and step.object_node is not None
        and step.object_node.possible <= step.step.types
    )
