"""What has to be asked for: the client's selection as a flat list of needs.

Only leaves, concrete type names and the mere presence of objects are needed; the fields above a
leaf are chosen with it, so that an object may come from several subgraphs at once where no single
one knows it whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from gateway.operation.condition import ALWAYS, NEVER, Condition
from gateway.operation.model import SelectionSet
from gateway.planning.positions import Position, Positions, Slot

_ROOT_META_FIELDS = frozenset({"__typename", "__schema", "__type"})


class NeedKind(IntEnum):
    """In the order in which needs of equal freedom are planned."""

    LEAF = 0
    TYPENAME = 1
    PRESENCE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """A leaf (``slots``, one per group of types), type name or presence at a position.

    ``freedom``: how many subgraphs could answer it; forced choices are made first.
    """

    kind: NeedKind
    position: Position
    when: Condition
    slots: Sequence[Slot]
    freedom: int


_ANY = 1_000


@dataclass(slots=True)
class NeedCollector:
    """Collects the needs of one operation, in the order of its document."""

    positions: Positions
    needs: list[Need]

    def collect(
        self, position: Position, selection: SelectionSet, when: Condition, at: tuple[str, ...]
    ) -> None:
        """Add what ``selection`` needs at ``position``."""
        typename = NEVER
        own = self.positions.facts.types[position.type_name].fields
        if position.possible - selection.possible:
            typename = when  # a type that clients may not see has to be told apart
        previous = ""
        for asked in selection.fields:
            held = when.and_(asked.when)
            if asked.name in _ROOT_META_FIELDS:
                typename = typename.or_(held)
                if asked.key == asked.name:
                    position.typename_after = previous
                continue
            previous = asked.key
            if (
                asked.on != selection.possible
                or asked.name not in own
                or self.positions.is_denied((*at, asked.key))
            ):
                typename = typename.or_(held)
            slots = self.positions.client_slots(position, asked, at)
            if asked.selection is None:
                self._leaf(position, slots, held)
            else:
                for slot in slots:
                    self._object(slot, asked.selection, held, (*at, asked.key))
        if position.is_abstract and typename != NEVER:
            self._typename(position, typename)

    def _leaf(self, position: Position, slots: list[Slot], when: Condition) -> None:
        if slots:
            freedom = min(self._freedom(slot) for slot in slots)
            self.needs.append(Need(NeedKind.LEAF, position, when, slots, freedom))

    def _object(
        self, slot: Slot, selection: SelectionSet, when: Condition, at: tuple[str, ...]
    ) -> None:
        position = slot.position
        assert position is not None  # noqa: S101 - a field with a selection is composite
        self.needs.append(Need(NeedKind.PRESENCE, position, when, (), _ANY))
        self.collect(position, selection, when, at)

    def _typename(self, position: Position, when: Condition) -> None:
        facts = self.positions.facts
        opaque = any(
            facts.is_opaque(position.type_name, subgraph) for subgraph in position.candidates
        )
        self.needs.append(Need(NeedKind.TYPENAME, position, when, (), 1 if opaque else _ANY))

    def _freedom(self, slot: Slot) -> int:
        answers = self.positions.facts.answers(slot.representative, slot.name)
        return len({answer.subgraph for answer in answers})


def collect_needs(positions: Positions, root: Position) -> list[Need]:
    """All needs of the operation whose root object is at ``root``, forced ones first."""
    assert root.selection is not None  # noqa: S101
    needs: list[Need] = []
    NeedCollector(positions, needs).collect(root, root.selection, ALWAYS, ())
    return sorted(needs, key=lambda need: (need.freedom, need.kind))
