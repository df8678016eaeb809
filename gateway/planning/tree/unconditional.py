"""Which goals are there whatever the types and variables turn out to be.

Objects of an abstract type may turn out to be of other types than a goal is for, and conditions may
not hold: fetches that only such goals lead to are not always sent.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.operation.condition import ALWAYS
from gateway.planning.tree.goals import Goal
from gateway.planning.tree.nodes import FieldNode, ObjectNode


def is_unconditional(goal: Goal) -> bool:
    """Whether ``goal`` is there whatever types its objects have and whatever the variables say.

    That an object may be null and a list empty is left out of account: else nothing would be.
    """
    if goal.when != ALWAYS or (goal.fields and not _cover(goal.fields, goal.object_node)):
        return False
    above = goal.object_node
    while (field := above.parent) is not None:
        under_one_key = (other for other in field.parent.fields if other.key == field.key)
        if not _cover(under_one_key, field.parent):
            return False
        above = field.parent
    return True


def _cover(fields: Iterable[FieldNode], object_node: ObjectNode) -> bool:
    """Whether the objects are asked for one of ``fields`` whatever they are."""
    return object_node.possible <= frozenset().union(*(field.types for field in fields))
