"""How many levels are left to what is looked for, from wherever an object may come from.

Without it the search would look at every way to load the objects above a field, and find below
them only that the field cannot be had in time any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from gateway.planning.resolution import LeastLevels, Levels
from gateway.planning.tree import FieldNode, Goal, ObjectNode
from gateway.supergraph.field_set import FieldSet

_NEVER = 1_000
"""More levels than any plan has."""


class Ahead(msgspec.Struct, frozen=True, eq=False):
    """What is left for objects of one place, by the subgraph that returns them from above."""

    _find: Callable[[str], int]
    _found: dict[str, int] = msgspec.field(default_factory=dict)

    def of(self, subgraph: str) -> int:
        """How many levels there are at the least below what ``subgraph`` returns."""
        if subgraph not in self._found:
            self._found[subgraph] = self._find(subgraph)
        return self._found[subgraph]


NOTHING_AHEAD = Ahead(lambda _subgraph: 0)
"""The objects themselves are wanted."""


@dataclass(frozen=True, slots=True)
class Lookahead:
    """What is ahead of each place of one tree; the same question has the same answer object."""

    least: LeastLevels
    _fields: dict[tuple[FieldNode, ...], Ahead] = field(default_factory=dict)
    _above: dict[tuple[FieldNode, Ahead], Ahead] = field(default_factory=dict)
    _selections: dict[tuple[ObjectNode, FieldSet], Ahead] = field(default_factory=dict)
    _levels: dict[ObjectNode, Levels] = field(default_factory=dict)

    def of_fields(self, fields: Sequence[FieldNode]) -> Ahead:
        """Of objects from which all ``fields`` are to be answered."""
        key = tuple(fields)
        if key not in self._fields:
            self._fields[key] = Ahead(
                lambda base: max(_least(self.of_field(each, base).values()) for each in key)
            )
        return self._fields[key]

    def of_selection(self, object_node: ObjectNode, wanted: FieldSet) -> Ahead:
        """Of objects that a representation takes the fields ``wanted`` from."""
        if object_node.is_abstract:
            return NOTHING_AHEAD
        key = (object_node, wanted)
        if key not in self._selections:

            def find(base: str) -> int:
                least = self.least.of_selection(object_node.type_name, wanted, base)
                return _NEVER if least is None else least

            self._selections[key] = Ahead(find)
        return self._selections[key]

    def above(self, field_node: FieldNode, below: Ahead) -> Ahead:
        """Of objects whose ``field_node`` leads to those that ``below`` is of."""
        key = (field_node, below)
        if key not in self._above:
            self._above[key] = Ahead(
                lambda base: _least(
                    level + below.of(subgraph)
                    for subgraph, level in self.of_field(field_node, base).items()
                )
            )
        return self._above[key]

    def of_field(self, field_node: FieldNode, base: str) -> Levels:
        """Who can answer a field of an object that ``base`` returned, and how much later."""
        return self.least.of_field(field_node.representative, field_node.name, base)

    def least_level(self, object_node: ObjectNode, fields: Sequence[FieldNode]) -> int:
        """A level below which nothing answers ``fields`` (if none: loads the objects)."""
        if not fields:
            return _least(self.levels_at(object_node).values())
        return max(_least(self._levels_of(each).values()) for each in fields)

    def deepest_first(self, goal: Goal) -> int:
        """Sorts goals: what all wait for anyway is known before it is asked who can wait, too."""
        return -self.least_level(goal.object_node, goal.fields)

    def levels_at(self, object_node: ObjectNode) -> Levels:
        """The least levels at which subgraphs return the objects from above."""
        if object_node not in self._levels:
            above = object_node.parent
            self._levels[object_node] = (
                dict.fromkeys(self.least.index.subgraphs, 1)
                if above is None
                else self._levels_of(above)
            )
        return self._levels[object_node]

    def _levels_of(self, field_node: FieldNode) -> dict[str, int]:
        """The least levels at which subgraphs answer a field."""
        found: dict[str, int] = {}
        bases = self.levels_at(field_node.parent)
        if field_node.parent.parent is None:
            resolvers = self.least.index.resolvers(field_node.representative, field_node.name)
            return {resolver.subgraph: 1 for resolver in resolvers}
        for base, level in bases.items():
            for subgraph, more in self.of_field(field_node, base).items():
                found[subgraph] = min(found.get(subgraph, _NEVER), level + more)
        return found


def _least(levels: Iterable[int]) -> int:
    return min(levels, default=_NEVER)
