"""Which needs every answer has.

Objects of an abstract type may turn out to be of other types than a need is for, and conditions may
not hold: fetches that only such needs lead to are not always sent.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.operation.condition import ALWAYS
from gateway.planning.needs import Need
from gateway.planning.positions import Position, Slot


def is_certain(need: Need) -> bool:
    """Whether ``need`` is there whatever types its objects have and whatever the variables say.

    That an object may be null and a list empty is left out of account.
    """
    if need.when != ALWAYS or (need.slots and not _cover(need.slots, need.position)):
        return False
    position = need.position
    while (slot := position.slot) is not None:
        alike = (other for other in slot.parent.slots if other.key == slot.key)
        if not _cover(alike, slot.parent):
            return False
        position = slot.parent
    return True


def _cover(slots: Iterable[Slot], position: Position) -> bool:
    return position.possible <= frozenset().union(*(slot.types for slot in slots))
