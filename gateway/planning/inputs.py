"""Finding the fields of a representation: keys and requirements are selections like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from gateway.planning.local import answers_for_all
from gateway.planning.places import FetchPlace, Input, InputOnTypes, InputPart, Inputs, above
from gateway.planning.positions import Position, Slot
from gateway.supergraph.field_set import FieldSelection, FieldSet, FragmentSelection

if TYPE_CHECKING:
    from gateway.planning.search import Search


Fits = Callable[[FetchPlace, Slot], bool]


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
        if arrival.opaque and not self.search.facts.have_field(types, wanted.name):
            return None
        alike = self.search.positions.alike(position, types, wanted.name)
        if not arrival.opaque or len(alike) == 1:
            return self._on_groups(position, alike, wanted, arrival, hops)
        # One place that does for all types, or one for each group of them: then the type is told.
        together = partial(answers_for_all, self.search.facts)
        options = (
            self._on_groups(position, [types], wanted, arrival, hops, together),
            self._on_groups(position, alike, wanted, arrival, hops, _answers_by_type),
        )
        return self._cheapest(option for option in options if option is not None)

    def _on_groups(
        self,
        position: Position,
        groups: list[frozenset[str]],
        wanted: FieldSelection,
        arrival: FetchPlace,
        hops: int,
        fits: Fits | None = None,
    ) -> Inputs | None:
        """Places, among those that ``fits``, for a field of each group of types."""
        found: list[Inputs] = []
        for group in groups:
            slot = self.search.positions.internal_slot(
                position, group, wanted.name, wanted.arguments
            )
            part = (
                self._leaf(slot, arrival, hops, fits)
                if slot.position is None
                else self._object(slot, wanted.selections, arrival, hops, fits)
            )
            if part is None:
                return None
            found.append(part if len(groups) == 1 else _on_types(group, part))
        return joined(found)

    def _leaf(self, slot: Slot, arrival: FetchPlace, hops: int, fits: Fits | None) -> Inputs | None:
        if fits is None:
            place = self.search.place(slot, arrival, hops)
            return None if place is None else _leaf_at(place, slot)
        places = self.search.places(slot, hops, arrival)
        return self._cheapest(_leaf_at(place, slot) for place in places if fits(place, slot))

    def _object(
        self,
        slot: Slot,
        wanted: FieldSet,
        arrival: FetchPlace,
        hops: int,
        fits: Fits | None,
    ) -> Inputs | None:
        """The cheapest way to have an object's fields, all from one arrival below ``arrival``."""
        assert slot.position is not None  # noqa: S101
        options: list[Inputs] = []
        for below in self.search.arrivals(slot.position, hops, arrival):
            if fits is not None and not fits(above(below), slot):
                continue
            option = self._below(slot, slot.position, wanted, below, hops)
            if option is not None:
                options.append(option)
        return self._cheapest(options)

    def _cheapest(self, options: Iterable[Inputs]) -> Inputs | None:
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


def _leaf_at(place: FetchPlace, slot: Slot) -> Inputs:
    return _selected(Input(slot.name, slot, place), place)


def _answers_by_type(place: FetchPlace, _slot: Slot) -> bool:
    """An interface object answers for all types, so it would overwrite what others say of some."""
    return not place.opaque


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
