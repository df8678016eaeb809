"""Paths from the root of the gathered data to the objects of a position."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.planning.places import Site
from gateway.planning.plan import Each, Key, OnTypes, Path, PathStep
from gateway.planning.positions import Position, Slot

KeysInUse = Mapping[Position, Mapping[str, tuple[Slot, ...]]]
"""Per position and response key the slots that are asked under it."""


def target_path(site: Site, in_use: KeysInUse) -> tuple[Path, list[Position]]:
    """The path to an entered site's objects; positions on it that are told apart by type."""
    position = site.position
    steps, told_apart = _path_to(position, in_use)
    if site.types is not None and position.is_abstract and position.possible - site.types:
        steps.append(OnTypes(site.types))
    return tuple(steps), told_apart


def _path_to(position: Position, in_use: KeysInUse) -> tuple[list[PathStep], list[Position]]:
    slot = position.slot
    if slot is None:
        return [], []
    steps, told_apart = _path_to(slot.parent, in_use)
    if _is_shared_key(slot, in_use):
        steps.append(OnTypes(slot.types))
        told_apart.append(slot.parent)
    assert slot.key is not None  # noqa: S101 - every used slot has a key by now
    steps.append(Key(slot.key))
    steps.extend([Each()] * slot.lists)
    return steps, told_apart


def _is_shared_key(slot: Slot, in_use: KeysInUse) -> bool:
    """Whether objects of other types have something else under the slot's key."""
    others = in_use.get(slot.parent, {}).get(slot.key or "", ())
    return slot.parent.is_abstract and any(not other.types <= slot.types for other in others)
