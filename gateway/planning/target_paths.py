"""Paths from the root of the gathered data to the objects of a position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gateway.planning.places import Site
from gateway.planning.plan import Each, Key, OnTypes, Path, PathStep
from gateway.planning.positions import Position, Slot

KeysInUse = Mapping[Position, Mapping[str, tuple[Slot, ...]]]
"""Per position and response key the slots that are asked under it."""


class Step(NamedTuple):
    """A step of a path; ``position`` is where an ``OnTypes`` tells objects apart."""

    step: PathStep
    position: Position | None = None


TypedPath = tuple[Step, ...]


def target_path(site: Site, in_use: KeysInUse) -> TypedPath:
    """The path to the objects that an entered site asks for."""
    position = site.position
    steps = path_to(position, in_use)
    if site.types is not None and position.is_abstract and position.possible - site.types:
        steps.append(Step(OnTypes(site.types), position))
    return tuple(steps)


def path_to(position: Position, in_use: KeysInUse) -> list[Step]:
    """The path to all objects of a position; that of a position below begins with it."""
    slot = position.slot
    if slot is None:
        return []
    steps = path_to(slot.parent, in_use)
    if _is_shared_key(slot, in_use):
        steps.append(Step(OnTypes(slot.types), slot.parent))
    assert slot.key is not None  # noqa: S101 - every used slot has a key by now
    steps.append(Step(Key(slot.key)))
    steps.extend([Step(Each())] * slot.lists)
    return steps


def _is_shared_key(slot: Slot, in_use: KeysInUse) -> bool:
    """Whether objects of other types have something else under the slot's key."""
    others = in_use.get(slot.parent, {}).get(slot.key or "", ())
    return slot.parent.is_abstract and any(not other.types <= slot.types for other in others)


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
        Step(OnTypes(a.step.types | b.step.types), a.position)
        if isinstance(a.step, OnTypes) and isinstance(b.step, OnTypes)
        else a
        for a, b in zip(path, other, strict=True)
    )


def _lets_all_pass(step: Step) -> bool:
    return (
        isinstance(step.step, OnTypes)
        and step.position is not None
        and step.position.possible <= step.step.types
    )
