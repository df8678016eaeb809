"""Which goals are there whatever the types and variables turn out to be.

Objects of an abstract type may turn out to be of other types than a goal is for, and conditions may
not hold: fetches that only such goals lead to are not always sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.planning.tree.nodes import FieldNode, ObjectNode


@dataclass(frozen=True, slots=True)
class Certainty:
    """Tells for one tree, whose client fields have all grown, which objects are always asked for.

    That an object may be null and a list empty is left out of account: else nothing would be.
    """

    _known: dict[ObjectNode, bool] = field(default_factory=dict)

    def covers(self, object_node: ObjectNode, fields: Iterable[FieldNode]) -> bool:
        """Whether objects are asked for one of ``fields`` whatever types they have."""
        asked = frozenset[str]().union(*(each.types for each in fields))
        return object_node.possible <= asked and self.reaches(object_node)

    def reaches(self, object_node: ObjectNode) -> bool:
        """Whether the objects are reached whatever types those above have."""
        above = object_node.parent
        if above is None:
            return True
        if object_node not in self._known:
            under_one_key = [each for each in above.parent.fields if each.key == above.key]
            self._known[object_node] = self.covers(above.parent, under_one_key)
        return self._known[object_node]
