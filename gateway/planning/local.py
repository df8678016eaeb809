"""Whether a place answers a field by itself: no entry, no requirement, just one more selection."""

from __future__ import annotations

from dataclasses import replace

from gateway.planning.facts import Facts
from gateway.planning.places import Enter, FetchPlace
from gateway.planning.positions import Slot
from gateway.supergraph.field_set import FieldSelection, FieldSet


def resolves(facts: Facts, place: FetchPlace, slot: Slot) -> bool:
    """Whether ``slot`` can be selected at ``place``, open or not."""
    if not place.covers(slot):
        return False
    view = place.view if place.opaque else slot.representative
    known = facts.resolvable(view, slot.name, place.subgraph)
    if known is not None and known.requires is None and not known.context_arguments:
        return not (place.opaque and place.types is None and is_ambiguous(slot))
    return provided_selection(facts, place, slot) is not None


def provided_selection(facts: Facts, place: FetchPlace, slot: Slot) -> FieldSet | None:
    """What ``@provides`` on the way here makes available below ``slot``; None: not even itself."""
    if not place.provided:
        return None
    view = place.view if place.opaque else slot.representative
    if facts.known(view, slot.name, place.subgraph) is None:
        return None
    return _find(facts, place.provided, slot, place.subgraph)


def answers_for_all(facts: Facts, place: FetchPlace, slot: Slot) -> bool:
    """Whether ``place``, which answers for a slot's representative, does so for all its types."""
    if place.opaque or provided_selection(facts, place, slot) is not None:
        return True
    answered = facts.resolvable(slot.representative, slot.name, place.subgraph)
    return all(
        facts.resolvable(type_name, slot.name, place.subgraph) == answered
        and _is_entered_alike(facts, place, slot, type_name)
        for type_name in slot.types
    )


def _is_entered_alike(facts: Facts, place: FetchPlace, slot: Slot, type_name: str) -> bool:
    if not isinstance(place, Enter) or place.entry.view != slot.representative:
        return True
    return replace(place.entry, view=type_name) in facts.entries(type_name)


def _find(facts: Facts, provided: FieldSet, slot: Slot, subgraph: str) -> FieldSet | None:
    found: FieldSet | None = None
    for selection in provided:
        inner: FieldSet | None = None
        if isinstance(selection, FieldSelection):
            if selection.name == slot.name:
                inner = selection.selections
        elif slot.types <= facts.possible(selection.type_condition, subgraph):
            inner = _find(facts, selection.selections, slot, subgraph)
        if inner is not None:
            found = (*(found or ()), *inner)
    return found


def is_ambiguous(slot: Slot) -> bool:
    """Whether objects of other types have another field under the slot's response key.

    An interface object that is asked for all types at once cannot keep the two apart.
    """
    return slot.key is not None and any(
        other.key == slot.key and (other.name != slot.name or other.arguments != slot.arguments)
        for other in slot.parent.slots
    )
