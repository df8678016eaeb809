"""The position tree: where objects stand in the answer, and what is asked of them there.

A *position* is a place of objects; a *slot* is a field there, for a set of concrete types that can
be planned as one. Slots come from the client's selection; keys and requirements add internal ones,
named last (``name_internal_slots``), when it is known which are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.operation.model import Argument, Directive, Field, SelectionSet
from gateway.planning.budget import Budget
from gateway.planning.facts import Facts

if TYPE_CHECKING:
    from gateway.planning.places import Site

Arguments = tuple[tuple[str, str], ...]


@dataclass(slots=True, eq=False)
class Slot:
    """A field of ``types`` at a position. ``key`` is None until an internal slot is named.

    ``representative`` stands for all ``types``: they have one signature, unless it ``is_mixed``:
    then places that answer for it alone are of no use.
    """

    parent: Position
    types: frozenset[str]
    representative: str
    name: str
    arguments: tuple[Argument, ...]
    directives: tuple[Directive, ...]
    key: str | None
    order: int
    type_name: str
    lists: int
    is_internal: bool
    position: Position | None = None
    is_mixed: bool = False

    def asks(self, name: str, arguments: Arguments) -> bool:
        """Whether it is this field with these arguments."""
        return (
            self.name == name
            and not self.directives
            and tuple((a.name, a.text) for a in self.arguments) == arguments
        )


@dataclass(slots=True, eq=False)
class Position:
    """A place of objects of ``type_name``, concretely of ``possible``.

    ``candidates`` are the subgraphs that may return the objects, ``known_by`` those and all that
    declare what leads here, if only to provide it; ``selection`` is what
    the client asks here (None: only the planner asks). ``sites`` are the places in fetches that
    load the objects, in the order they were opened. ``typename_after``: the client asks for
    ``__typename`` under that key, after the field of this key ("": first).
    """

    slot: Slot | None
    type_name: str
    possible: frozenset[str]
    candidates: frozenset[str]
    known_by: frozenset[str]
    selection: SelectionSet | None
    is_abstract: bool
    slots: list[Slot] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    typename_after: str | None = None
    internal: dict[tuple[frozenset[str], str, Arguments], Slot] = field(default_factory=dict)


class Positions:
    """Makes positions and slots for one operation."""

    def __init__(
        self, facts: Facts, denied: Mapping[tuple[str, ...], frozenset[str]], budget: Budget
    ) -> None:
        self.facts = facts
        self._budget = budget
        self._denied = denied
        self._count = 0

    def root(self, selection: SelectionSet) -> Position:
        """The operation's root object: every subgraph can load it."""
        everywhere = frozenset(self.facts.subgraphs)
        root = frozenset({selection.type})
        return Position(
            None, selection.type, root, everywhere, everywhere, selection, is_abstract=False
        )

    def is_denied(self, path: tuple[str, ...]) -> bool:
        """Whether the field at ``path`` is denied on some type: objects have to be told apart."""
        return path in self._denied

    def client_slots(self, position: Position, asked: Field, at: tuple[str, ...]) -> list[Slot]:
        """Slots for a client's field, one per group of types that can be planned as one."""
        on = (asked.on & position.possible) - self._denied.get((*at, asked.key), frozenset())
        return [
            self._slot(
                position, types, asked.name, asked.arguments, asked.directives, asked.key,
                asked.selection,
            )
            for types in self.alike(position, on, asked.name)
        ]  # fmt: skip

    def internal_slot(
        self, position: Position, types: frozenset[str], name: str, arguments: Arguments
    ) -> Slot:
        """The slot that has a key's or requirement's field: the client's own where it asks it."""
        for slot in position.slots:
            covers = types == slot.types or (types < slot.types and not slot.is_mixed)
            if covers and slot.asks(name, arguments):
                return slot
        key = (types, name, arguments)
        if key not in position.internal:
            printed = tuple(Argument(argument, text) for argument, text in arguments)
            slot = self._slot(position, types, name, printed, (), None, None)
            slot.is_mixed = len(self.alike(position, types, name)) > 1
            position.internal[key] = slot
        return position.internal[key]

    def alike(self, position: Position, types: Iterable[str], name: str) -> list[frozenset[str]]:
        """Partition ``types`` into groups that can be planned as one for the field ``name``."""
        return self.facts.type_groups.alike(types, name, position.known_by)

    def _slot(
        self,
        position: Position,
        types: frozenset[str],
        name: str,
        arguments: tuple[Argument, ...],
        directives: tuple[Directive, ...],
        key: str | None,
        selection: SelectionSet | None,
    ) -> Slot:
        self._budget.spend()
        representative = min(types)
        declared = self.facts.field(representative, name).type
        self._count += 1
        slot = Slot(
            position, types, representative, name, arguments, directives, key, self._count,
            declared.name, declared.lists, is_internal=key is None,
        )  # fmt: skip
        if self.facts.is_composite(declared.name):
            slot.position = self._child(slot, selection)
        position.slots.append(slot)
        return slot

    def _child(self, slot: Slot, selection: SelectionSet | None) -> Position:
        candidates = self._candidates(slot)
        possible = self.facts.possible(slot.type_name)
        for subgraph, type_name in candidates.items():
            possible &= self.facts.possible(type_name, subgraph)
        return Position(
            slot,
            slot.type_name,
            possible,
            frozenset(candidates),
            self._known_by(slot),
            selection,
            self.facts.is_abstract(slot.type_name),
        )

    def _known_by(self, slot: Slot) -> frozenset[str]:
        entered = {subgraph for subgraph, _ in self._entered(slot)}
        return frozenset(
            subgraph
            for subgraph, view in self.facts.views(slot.representative)
            if self.facts.known(view, slot.name, subgraph) is not None
            and (subgraph in slot.parent.known_by or subgraph in entered)
        )

    def _entered(self, slot: Slot) -> set[tuple[str, str]]:
        """(subgraph, view) that objects with the slot can be entered as, from anywhere."""
        if slot.parent.type_name in self.facts.roots:
            return set(self.facts.views(slot.representative))  # a root is entered without a key
        return {(entry.subgraph, entry.view) for entry in self.facts.entries(slot.representative)}

    def _candidates(self, slot: Slot) -> dict[str, str]:
        """Subgraphs that may return the field's value → the type they declare for it.

        All of them must be able to return an object for it to be asked for: which of them answers
        is the planner's choice, so a type that only some know cannot be told apart from one that
        none returns (composition's hint INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN).
        """
        answers = self.facts.answers(slot.representative, slot.name)
        entered = self._entered(slot)
        found = {
            answer.subgraph: answer.field.type.name
            for answer in answers
            if answer.subgraph in slot.parent.candidates
            or (answer.subgraph, answer.view) in entered
        }
        return found or {answer.subgraph: answer.field.type.name for answer in answers}
