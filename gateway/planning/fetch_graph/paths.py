"""Paths from the root of the gathered data to the objects of a node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gateway.planning.fetch_graph.nodes import FetchNode
from gateway.planning.plan import Each, Key, OnTypes, Path, PathStep
from gateway.planning.tree import FieldNode, ObjectNode

KeysInUse = Mapping[ObjectNode, Mapping[str, tuple[FieldNode, ...]]]
"""Per place and response key the fields that are asked under it."""


class Step(NamedTuple):
    """A step of a path; ``object_node`` is where an ``OnTypes`` tells objects apart."""

    step: PathStep
    object_node: ObjectNode | None = None


TypedPath = tuple[Step, ...]


def target_path(node: FetchNode, in_use: KeysInUse) -> TypedPath:
    """The path to the objects that an entered node asks for."""
    place = node.object_node
    steps = path_to(place, in_use)
    if node.types is not None and place.is_abstract and place.possible - node.types:
        steps.append(Step(OnTypes(node.types), place))
    return tuple(steps)


def path_to(object_node: ObjectNode, in_use: KeysInUse) -> list[Step]:
    """The path to all objects of a place; that of a place below begins with it."""
    field = object_node.parent
    if field is None:
        return []
    steps = path_to(field.parent, in_use)
    if _is_shared_key(field, in_use):
        steps.append(Step(OnTypes(field.types), field.parent))
    steps.append(Step(Key(field.key)))
    steps.extend([Step(Each())] * field.lists)
    return steps


def _is_shared_key(field: FieldNode, in_use: KeysInUse) -> bool:
    """Whether objects of other types have something else under the field's key."""
    others = in_use.get(field.parent, {}).get(field.key, ())
    return field.parent.is_abstract and any(not other.types <= field.types for other in others)


def merge_targets(paths: Iterable[TypedPath]) -> tuple[Path, ...]:
    """Paths that differ in the types of one step as one; steps that let everything pass dropped."""
    merged: list[TypedPath] = []
    for path in paths:
        candidate = path
        while (other := _twin(candidate, merged)) is not None:
            merged.remove(other)
            candidate = _united(candidate, other)
        if candidate not in merged:
            merged.append(candidate)
    return tuple(tuple(step.step for step in path if not _lets_all_pass(step)) for path in merged)


def _twin(path: TypedPath, others: Iterable[TypedPath]) -> TypedPath | None:
    """One of ``others`` that differs from ``path`` in just one step's types."""
    for other in others:
        if len(other) == len(path):
            pairs = [(a, b) for a, b in zip(path, other, strict=True) if a.step != b.step]
            if len(pairs) == 1 and all(isinstance(step.step, OnTypes) for step in pairs[0]):
                return other
    return None


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
