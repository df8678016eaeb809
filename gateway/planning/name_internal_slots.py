"""Response keys for what only the planner asks.

The client owns all keys. An internal field takes its plain name if that key holds nothing else at
that place of the data (or the same field with the same arguments), else a reserved alias.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.operation.model import Argument, Directive, Operation, SelectionSet
from gateway.planning.positions import Position, Slot

_Meaning = tuple[str, tuple[Argument, ...], tuple[Directive, ...]]
_DataPath = tuple[str, ...]


@dataclass(slots=True)
class _Naming:
    """Who owns which key at which place of the data (several positions may share a place)."""

    paths: dict[Position, _DataPath] = field(default_factory=dict)
    owned: dict[_DataPath, dict[str, _Meaning]] = field(default_factory=dict)

    def own_client_keys(self, position: Position) -> None:
        path = self.paths[position]
        owned = self.owned.setdefault(path, {})
        for asked in position.selection.fields if position.selection else ():
            owned.setdefault(asked.key, (asked.name, asked.arguments, asked.directives))

    def name(self, slot: Slot) -> None:
        owned = self.owned[self.paths[slot.parent]]
        meaning = (slot.name, slot.arguments, slot.directives)
        key, count = slot.name, 0
        while owned.get(key, meaning) != meaning:
            count += 1
            key = f"_{slot.name}" if count == 1 else f"_{slot.name}_{count}"
        owned[key] = meaning
        slot.key = key


def name_internal_slots(roots: Iterable[Position], used: Iterable[Slot]) -> None:
    """Give every used internal slot its key, from the root down."""
    naming = _Naming()
    for root in roots:
        naming.paths[root] = ()
        naming.own_client_keys(root)
    by_depth: dict[int, list[Slot]] = {}
    for slot in used:
        by_depth.setdefault(_depth(slot.parent), []).append(slot)
    for depth in sorted(by_depth):
        level = sorted(by_depth[depth], key=lambda slot: slot.order)
        for slot in level:
            if slot.is_internal:
                naming.name(slot)
        for slot in level:
            if slot.position is not None and slot.key is not None:
                naming.paths[slot.position] = (*naming.paths[slot.parent], slot.key)
                naming.own_client_keys(slot.position)


def _depth(position: Position) -> int:
    depth = 0
    while position.slot is not None:
        position, depth = position.slot.parent, depth + 1
    return depth


def choose_typename_key(operation: Operation) -> str:
    """``__typename``, unless the client gives that key to something else."""
    taken = set(_keys(operation.selection, only_meta=False))
    if "__typename" not in taken:
        return "__typename"
    others = set(_keys(operation.selection, only_meta=True))
    key = "_typename"
    while key in others:
        key = f"_{key}"
    return key


def _keys(selection: SelectionSet, *, only_meta: bool) -> Iterable[str]:
    """All keys; without ``only_meta`` those of fields that stand under a key not their own name."""
    for asked in selection.fields:
        if only_meta or (asked.key == "__typename" and asked.name != "__typename"):
            yield asked.key
        if asked.selection is not None:
            yield from _keys(asked.selection, only_meta=only_meta)
