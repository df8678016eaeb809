"""Finding the fields of a representation: keys and requirements are selections like any other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.planning.places import FetchPlace, Input, InputOnTypes, InputPart, Inputs
from gateway.planning.positions import Position, Slot
from gateway.supergraph.field_set import FieldSelection, FieldSet, FragmentSelection

if TYPE_CHECKING:
    from gateway.planning.search import Search


@dataclass(slots=True)
class InputSearch:
    """Finds field sets for representations that are sent to ``target``."""

    search: Search
    target: str

    def find(
        self,
        position: Position,
        types: frozenset[str],
        wanted: FieldSet,
        arrival: FetchPlace,
        hops: int,
    ) -> Inputs | None:
        """Places for every field of ``wanted``, from one arrival; None when one has none."""
        if hops < 0:
            return None
        found: list[Inputs] = []
        for selection in wanted:
            part = (
                self._fragment(position, types, selection, arrival, hops)
                if isinstance(selection, FragmentSelection)
                else self._field(position, types, selection, arrival, hops)
            )
            if part is None:
                return None
            found.append(part)
        return joined(found)

    def _fragment(
        self,
        position: Position,
        types: frozenset[str],
        fragment: FragmentSelection,
        arrival: FetchPlace,
        hops: int,
    ) -> Inputs | None:
        narrowed = types & self.search.facts.possible(fragment.type_condition)
        if not narrowed:
            return Inputs(())
        inner = self.find(position, narrowed, fragment.selections, arrival, hops)
        return inner if inner is None or narrowed == types else _on_types(narrowed, inner)

    def _field(
        self,
        position: Position,
        types: frozenset[str],
        wanted: FieldSelection,
        arrival: FetchPlace,
        hops: int,
    ) -> Inputs | None:
        if wanted.name == "__typename":
            return Inputs(())  # every nested object of an abstract type carries it anyway
        # Where the types cannot be told apart, one field must do for all of them.
        if arrival.opaque and not self.search.facts.have_field(types, wanted.name):
            return None
        alike = self.search.positions.alike
        groups = [types] if arrival.opaque else alike(position, types, wanted.name)
        found: list[Inputs] = []
        for group in groups:
            slot = self.search.positions.internal_slot(
                position, group, wanted.name, wanted.arguments
            )
            part = (
                self._leaf(slot, arrival, hops)
                if slot.position is None
                else self._object(slot, wanted.selections, arrival, hops)
            )
            if part is None:
                return None
            found.append(part if len(groups) == 1 else _on_types(group, part))
        return joined(found)

    def _leaf(self, slot: Slot, arrival: FetchPlace, hops: int) -> Inputs | None:
        place = self.search.place(slot, arrival, hops)
        if place is None:
            return None
        return _selected(Input(slot.name, slot, place), place)

    def _object(
        self, slot: Slot, wanted: FieldSet, arrival: FetchPlace, hops: int
    ) -> Inputs | None:
        """The cheapest way to have an object's fields, all from one arrival below ``arrival``."""
        assert slot.position is not None  # noqa: S101
        options: list[Inputs] = []
        for below in self.search.arrivals(slot.position, hops, arrival):
            option = self._below(slot, slot.position, wanted, below, hops)
            if option is not None:
                options.append(option)
        cost = self.search.graph.cost
        return min(options, key=lambda option: cost((option,)), default=None)

    def _below(
        self, slot: Slot, position: Position, wanted: FieldSet, below: FetchPlace, hops: int
    ) -> Inputs | None:
        found = self.find(position, position.possible, wanted, below, hops)
        if found is None:
            return None
        typename: FetchPlace | None = None
        if self._is_abstract_there(position) or is_divided(found.parts):
            typename = self.search.entering.typename_place(below, hops)
            if typename is None:
                return None
        part = Input(slot.name, slot, below, found.parts, typename)
        others = (
            [found] if typename is None else [found, Inputs((), typename.level, typename.footprint)]
        )
        return joined([_selected(part, below), *(without_parts(other) for other in others)])

    def _is_abstract_there(self, position: Position) -> bool:
        """Whether the target has to be told the concrete type of the object."""
        return position.is_abstract and not self.search.facts.is_opaque(
            position.type_name, self.target
        )


def _selected(part: Input, place: FetchPlace) -> Inputs:
    return Inputs((part,), place.level, place.footprint, place.fields + 1)


def without_parts(inputs: Inputs) -> Inputs:
    """What ``inputs`` cost, without themselves."""
    return Inputs((), inputs.level, inputs.footprint, inputs.fields)


def _on_types(types: frozenset[str], inputs: Inputs) -> Inputs:
    parts = (InputOnTypes(types, inputs.parts),) if inputs.parts else ()
    return Inputs(parts, inputs.level, inputs.footprint, inputs.fields)


def is_divided(parts: Iterable[InputPart]) -> bool:
    """Whether only objects of some types have some of ``parts``."""
    return any(isinstance(part, InputOnTypes) for part in parts)


def joined(found: Iterable[Inputs]) -> Inputs:
    """Several inputs as one, which costs what all of them do."""
    found = tuple(found)
    return Inputs(
        tuple(part for inputs in found for part in inputs.parts),
        max((inputs.level for inputs in found), default=0),
        frozenset().union(*(inputs.footprint for inputs in found)),
        sum(inputs.fields for inputs in found),
    )
