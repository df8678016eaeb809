"""Response keys for what only the planner asks.

The client owns all keys. An internal field takes its plain name if that key holds nothing else at
that place of the data (or the same field with the same arguments), else a reserved alias.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.operation.model import Argument, Directive
from gateway.planning.fetch_graph import KeysInUse
from gateway.planning.solve import Draft
from gateway.planning.tree import FieldNode, ObjectNode

_Meaning = tuple[str, tuple[Argument, ...], tuple[Directive, ...]]
_DataPath = tuple[str, ...]


def name_internal_fields(draft: Draft) -> None:
    """Give every asked internal field its key, from the root down; note all ``keys_in_use``.

    Several nodes of the tree may share a place of the data (one per group of types), therefore keys
    are owned by the path in the data.
    """
    naming = _Naming(draft.typename_key)
    for solution in draft.solutions:
        naming.paths[solution.root] = ()
        naming.own_client_keys(solution.root)
    asked = [field_node for _, field_node in draft.needed.fields]
    by_depth: dict[int, list[FieldNode]] = {}
    for each in asked:
        by_depth.setdefault(_depth(each.parent), []).append(each)
    for depth in sorted(by_depth):
        level = sorted(by_depth[depth], key=lambda each: each.order)
        for each in level:
            if each.is_internal:
                naming.name(each)
        for each in level:
            if each.child is not None and each.key:
                naming.paths[each.child] = (*naming.paths[each.parent], each.key)
                naming.own_client_keys(each.child)
    draft.keys_in_use = _keys_in_use(asked)


@dataclass(slots=True)
class _Naming:
    """Who owns which key at which place of the data. ``typename_key`` is everywhere the plan's."""

    typename_key: str
    paths: dict[ObjectNode, _DataPath] = field(default_factory=dict)
    owned: dict[_DataPath, dict[str, _Meaning]] = field(default_factory=dict)

    def own_client_keys(self, object_node: ObjectNode) -> None:
        owned = self.owned.setdefault(self.paths[object_node], {})
        for asked in object_node.selection.fields if object_node.selection else ():
            owned.setdefault(asked.key, (asked.name, asked.arguments, asked.directives))

    def name(self, field_node: FieldNode) -> None:
        owned = self.owned[self.paths[field_node.parent]]
        meaning = (field_node.name, field_node.arguments, field_node.directives)
        key, count = field_node.name, 0
        while owned.get(key, meaning) != meaning or self._is_of_type_names(key, field_node.name):
            count += 1
            key = f"_{field_node.name}" if count == 1 else f"_{field_node.name}_{count}"
        owned[key] = meaning
        field_node.key = key

    def _is_of_type_names(self, key: str, name: str) -> bool:
        """A field ``typename`` may want ``_typename``, which is the plan's where it had to move."""
        return key == self.typename_key and name != "__typename"


def _depth(object_node: ObjectNode) -> int:
    depth = 0
    while object_node.parent is not None:
        object_node, depth = object_node.parent.parent, depth + 1
    return depth


def _keys_in_use(asked: Iterable[FieldNode]) -> KeysInUse:
    """Per place and response key the fields that any fetch asks."""
    found = KeysInUse()
    for each in asked:
        by_key = found.fields.setdefault(each.parent, {})
        known = by_key.get(each.key, ())
        if each not in known:
            by_key[each.key] = (*known, each)
    return found
