"""How a subgraph is entered from an arrival: by a key, with requirements and values of contexts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.planning.contexts import ContextSearch
from gateway.planning.facts import Answer, Entry
from gateway.planning.inputs import InputSearch, is_divided
from gateway.planning.local import is_ambiguous
from gateway.planning.places import Bucket, Contexts, Enter, FetchPlace, Inputs, Kind
from gateway.planning.positions import Slot
from gateway.supergraph.model import FieldInSubgraph

if TYPE_CHECKING:
    from gateway.planning.search import Search


@dataclass(slots=True)
class Entering:
    """Finds entries for the search, and remembers them until its graph changes."""

    search: Search
    _known: dict[tuple[object, ...], Enter | None] = field(default_factory=dict)
    _keep: list[object] = field(default_factory=list)

    def forget(self) -> None:
        """Drop what was remembered."""
        self._known.clear()
        self._keep.clear()

    def enter(self, slot: Slot, answer: Answer, arrival: FetchPlace, hops: int) -> Enter | None:
        """The cheapest entry into ``answer.subgraph`` that lets it resolve ``slot``."""
        requires = answer.field.requires
        key = (
            slot.types, answer.subgraph, answer.view, id(arrival), hops,
            slot if requires or answer.field.context_arguments else None,
        )  # fmt: skip
        if key not in self._known:
            self.search.budget.spend()
            self._keep.append(arrival)
            options = list(self._enter_options(slot, answer, arrival, hops))
            cost = self.search.graph.cost
            self._known[key] = min(options, key=lambda option: cost((option,)), default=None)
        return self._known[key]

    def _enter_options(
        self, slot: Slot, answer: Answer, arrival: FetchPlace, hops: int
    ) -> Iterator[Enter]:
        for entry, needs_typename in self._entry_options(slot, answer, arrival):
            types: frozenset[str] | None = slot.types
            typename: FetchPlace | None = None
            if needs_typename:
                typename = self.typename_place(arrival, hops - 1)
                if typename is None:
                    continue
            elif arrival.opaque:
                types = None  # all objects go: which are of the slot's types is not known
            yield from self._entered_by(
                entry, arrival, types, hops, typename=typename, wanted=(slot, answer.field)
            )

    def _entered_by(
        self,
        entry: Entry,
        arrival: FetchPlace,
        types: frozenset[str] | None,
        hops: int,
        *,
        typename: FetchPlace | None = None,
        wanted: tuple[Slot, FieldInSubgraph] | None = None,
    ) -> Iterator[Enter]:
        """Entries by one key, for a field with all it needs or (None) for the type name only."""
        position = arrival.position
        inputs = InputSearch(self.search, entry.subgraph)
        concrete = position.possible if types is None else types
        key = inputs.find(position, concrete, entry.key, arrival, hops - 1)
        if key is None:
            return
        requires: Inputs | None = None
        contexts: Contexts | None = None
        if wanted is not None:
            slot, field_ = wanted
            if field_.requires is not None:
                requires = inputs.find(position, concrete, field_.requires, arrival, hops - 1)
                if requires is None:
                    return
            if field_.context_arguments:
                contexts = ContextSearch(inputs).find(slot, field_.context_arguments, hops - 1)
                if contexts is None:
                    return
        said = (*key.parts, *(requires.parts if requires is not None else ()))
        if typename is None and arrival.opaque and is_divided(said):
            typename = self.typename_place(arrival, hops - 1)
            if typename is None:
                return
        parts = [part for part in (key, requires, contexts, typename) if part is not None]
        kind = Kind.ENTITY if entry.key else Kind.REENTRY
        least = 1 + max(arrival.level, *(part.level for part in parts))
        for level in self._levels(entry.subgraph, kind, least):
            yield Enter(
                position=position,
                subgraph=entry.subgraph,
                level=level,
                view=entry.view,
                opaque=self.search.facts.is_opaque(entry.view, entry.subgraph),
                types=types,
                footprint=arrival.footprint.union(
                    self.search.graph.new(Bucket(level, entry.subgraph, kind)),
                    *(part.footprint for part in parts),
                ),
                fields=1 + sum(part.fields for part in parts),
                arrival=arrival,
                entry=entry,
                kind=kind,
                key=key,
                requires=requires,
                contexts=contexts,
                needs_typename=typename,
            )

    def _levels(self, subgraph: str, kind: Kind, least: int) -> Iterator[int]:
        """As early as possible, or later with a request that is made anyway."""
        if Bucket(least, subgraph, kind) not in self.search.graph.banned:
            yield least
        joined = self.search.graph.level_to_join(subgraph, kind, least)
        if joined is not None and joined > least:
            yield joined

    def _entry_options(
        self, slot: Slot, answer: Answer, arrival: FetchPlace
    ) -> Iterator[tuple[Entry, bool]]:
        """Entries into the subgraph, and whether the concrete type must be found out first."""
        position = slot.parent
        if position.slot is not None and position.type_name in self.search.facts.roots:
            yield Entry(answer.subgraph, position.type_name, ()), False
            return
        by_type = arrival.opaque and is_ambiguous(slot)
        if arrival.opaque and not by_type:
            for entry in self.search.facts.entries(arrival.view):
                if entry.subgraph == answer.subgraph and entry.view == arrival.view:
                    yield entry, False
        for entry in self.search.facts.entries(slot.representative):
            if entry.subgraph == answer.subgraph and entry.view == answer.view:
                if not arrival.opaque:
                    yield entry, False
                elif by_type or entry.view != arrival.view:
                    yield entry, True

    def typename_place(self, arrival: FetchPlace, hops: int) -> FetchPlace | None:
        """Where an arrival's objects tell their concrete type: at itself or by an entry."""
        for place in self.search.open_places(arrival):
            if not place.opaque and place.types is None:
                return place
        if hops <= 0:
            return None
        facts = self.search.facts
        options = [
            option
            for entry in facts.entries(arrival.view)
            if entry.view == arrival.view and not facts.is_opaque(entry.view, entry.subgraph)
            for option in self._entered_by(entry, arrival, None, hops)
        ]
        return min(options, key=lambda option: self.search.graph.cost((option,)), default=None)
