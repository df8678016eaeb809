"""The search: for fields of a position, the cheapest places to ask them.

Everything is built from three questions:

- ``arrivals``: from where can objects at a position be loaded from above?
- ``enter`` (``entering``): how can a subgraph be entered by key from an arrival, its key (and a
  field's requirements and context) being fields to be found in the same way?
- ``answer``: which combination of places answers a field for all its types?

``hops`` bounds how many entries may follow one another; it is raised only until an answer is
found, so the shortest chains come first and every recursion ends. Nothing is changed here: what is
found is opened by ``building``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gateway.planning.budget import Budget
from gateway.planning.entering import Entering
from gateway.planning.facts import Answer, Facts
from gateway.planning.fetch_graph import Cost, FetchGraph
from gateway.planning.local import provided_selection, resolves
from gateway.planning.places import (
    NOTHING,
    Bucket,
    Descend,
    Enter,
    FetchPlace,
    Footprint,
    Kind,
    OpenRoot,
    Site,
)
from gateway.planning.positions import Position, Positions, Slot

Combination = tuple[FetchPlace, ...]
"""One place per slot."""


@dataclass(slots=True)
class Search:
    """The search over one fetch graph. ``root_subgraph``: the only one whose root may be asked."""

    facts: Facts
    positions: Positions
    graph: FetchGraph
    budget: Budget
    root_subgraph: str | None = None
    entering: Entering = field(init=False)
    _arrivals: dict[tuple[int, int, int], list[FetchPlace]] = field(default_factory=dict)
    _keep: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.entering = Entering(self)

    def forget(self) -> None:
        """Drop what was remembered: the graph has changed."""
        self._arrivals.clear()
        self._keep.clear()
        self.entering.forget()

    # --- which combination of places answers a field

    def answer(self, slots: Sequence[Slot], hops: int) -> Combination | None:
        """The cheapest places for one client field, one arrival for all its types.

        One arrival: the subgraph that returns an object knows its type, so the types of one field
        are never divided between subgraphs that each return the object.
        """
        found = (
            combination
            for arrival in self._arrivals_for(slots[0], hops)
            for combination in self._combinations(slots, arrival, hops)
        )
        return min(found, key=self.graph.cost, default=None)

    def answer_open(self, slots: Sequence[Slot]) -> Combination | None:
        """Places in fetches that are made anyway, open or one step below an open one.

        Nothing is cheaper, so nothing else is looked at where they answer all ``slots``.
        """
        for arrival in self._arrivals_at_hand(slots[0].parent):
            places = [self._open_place(slot, arrival) for slot in slots]
            if not (arrival.opaque and len(set(map(id, places))) > 1):
                found = tuple(place for place in places if place is not None)
                if len(found) == len(slots):
                    return found
        return None

    def _arrivals_at_hand(self, position: Position) -> Iterator[FetchPlace]:
        for site in sorted(position.sites, key=_level):
            if site.is_arrival:
                yield site
        if (slot := position.slot) is not None:
            for above in sorted(slot.parent.sites, key=_level):
                if slot not in above.selected and resolves(self.facts, above, slot):
                    yield self.descend(above, slot)

    def _open_place(self, slot: Slot, arrival: FetchPlace) -> FetchPlace | None:
        for place in self.open_places(arrival):
            if resolves(self.facts, place, slot):
                return place
        return None

    def _combinations(
        self, slots: Sequence[Slot], arrival: FetchPlace, hops: int
    ) -> Iterator[Combination]:
        if arrival.opaque:
            yield from self._together(slots, arrival, hops)
        apart = self._apart(slots, arrival, hops)
        if apart is not None and not (arrival.opaque and _overwrite_each_other(apart)):
            yield apart

    def _apart(self, slots: Sequence[Slot], arrival: FetchPlace, hops: int) -> Combination | None:
        """The best place for each slot, given those of the slots before."""
        places: list[FetchPlace] = []
        assumed: Footprint = NOTHING
        for slot in slots:
            place = self.place(slot, arrival, hops, assumed=assumed)
            if place is None:
                return None
            places.append(place)
            assumed |= place.footprint
        return tuple(places)

    def _together(
        self, slots: Sequence[Slot], arrival: FetchPlace, hops: int
    ) -> Iterator[Combination]:
        """One interface object for all types at once: their concrete type need not be known."""
        for answer in self.facts.answers(slots[0].representative, slots[0].name):
            if answer.view != slots[0].representative:
                places = [self.place(slot, arrival, hops, only=answer) for slot in slots]
                if all(place is not None and place.opaque for place in places):
                    yield tuple(place for place in places if place is not None)

    # --- where a field can be asked, from one arrival

    def place(
        self,
        slot: Slot,
        arrival: FetchPlace,
        hops: int,
        *,
        only: Answer | None = None,
        assumed: Footprint = NOTHING,
    ) -> FetchPlace | None:
        """The cheapest place of an arrival's family that answers ``slot``."""
        for place in self.open_places(arrival):
            if _matches(only, place.subgraph, place.view) and resolves(self.facts, place, slot):
                return place
        return min(
            self._entries_for(slot, arrival, hops, only),
            key=lambda place: self.graph.cost((place,), assumed),
            default=None,
        )

    def places(self, slot: Slot, hops: int, base: FetchPlace | None = None) -> list[FetchPlace]:
        """All places that answer ``slot``, the cheapest for each subgraph."""
        best: dict[object, tuple[Cost, FetchPlace]] = {}
        for arrival in self._arrivals_for(slot, hops) if base is None else (base,):
            found = [p for p in self.open_places(arrival) if resolves(self.facts, p, slot)]
            subgraphs = {place.subgraph for place in found}
            for place in (*found, *self._entries_for(slot, arrival, hops, None)):
                if (
                    isinstance(place, Enter)
                    and place.requires is None
                    and (place.subgraph in subgraphs)
                ):
                    continue
                cost = self.graph.cost((place,))
                key = (place.subgraph, place.view, place.provided)
                if key not in best or cost < best[key][0]:
                    best[key] = (cost, place)
        return [place for _, place in best.values()]

    def open_places(self, arrival: FetchPlace) -> Iterator[FetchPlace]:
        """An arrival and what has been entered from it."""
        yield arrival
        if isinstance(arrival, Site):
            for site in arrival.position.sites:
                if site.arrival is arrival:
                    yield site

    def _entries_for(
        self, slot: Slot, arrival: FetchPlace, hops: int, only: Answer | None
    ) -> Iterator[FetchPlace]:
        if hops == 0:
            return
        for answer in self.facts.answers(slot.representative, slot.name):
            if _matches(only, answer.subgraph, answer.view):
                entered = self.entering.enter(slot, answer, arrival, hops)
                if entered is not None:
                    yield entered

    # --- from where objects at a position can be loaded

    def arrivals(
        self, position: Position, hops: int, base: FetchPlace | None = None
    ) -> list[FetchPlace]:
        """Open and possible arrivals at ``position`` (below ``base``'s family, if given)."""
        key = (id(position), hops, id(base))
        if key not in self._arrivals:
            self.budget.spend()
            self._keep.append(base)
            found = list(
                self._root_arrivals(position)
                if position.slot is None
                else self._arrivals_from_above(position.slot, hops, base)
            )
            self._arrivals[key] = found
        return self._arrivals[key]

    def _arrivals_for(self, slot: Slot, hops: int) -> Iterable[FetchPlace]:
        """Arrivals from which ``slot`` may be answered: of all roots only those that know it."""
        if slot.parent.slot is not None:
            return self.arrivals(slot.parent, hops)
        answers = self.facts.answers(slot.representative, slot.name)
        return self._root_arrivals(slot.parent, [answer.subgraph for answer in answers])

    def _root_arrivals(
        self, position: Position, among: Iterable[str] | None = None
    ) -> Iterator[FetchPlace]:
        opened = {site.subgraph: site for site in position.sites}
        for subgraph in self.facts.subgraphs if among is None else among:
            if self.root_subgraph not in (None, subgraph):
                continue
            if subgraph in opened:
                yield opened[subgraph]
                continue
            bucket = Bucket(1, subgraph, Kind.ROOT)
            if self.facts.in_subgraph(position.type_name, subgraph) and (
                bucket not in self.graph.banned
            ):
                yield OpenRoot(
                    position=position,
                    subgraph=subgraph,
                    level=1,
                    view=position.type_name,
                    footprint=frozenset({bucket}),
                )

    def _arrivals_from_above(
        self, slot: Slot, hops: int, base: FetchPlace | None
    ) -> Iterator[FetchPlace]:
        position = slot.position
        assert position is not None  # noqa: S101 - only composite slots have places below
        for above in self.places(slot, hops, base):
            below = above.selected.get(slot) if isinstance(above, Site) else None
            yield below or self.descend(above, slot)

    def descend(self, above: FetchPlace, slot: Slot) -> Descend:
        """The objects under ``slot`` in the fetch that ``above`` belongs to."""
        assert slot.position is not None  # noqa: S101
        view = above.view if above.opaque else slot.representative
        known = self.facts.known(view, slot.name, above.subgraph)
        assert known is not None  # noqa: S101 - ``above`` resolves the slot
        provided = provided_selection(self.facts, above, slot) or ()
        return Descend(
            position=slot.position,
            subgraph=above.subgraph,
            level=above.level,
            view=known.type.name,
            opaque=self.facts.is_opaque(known.type.name, above.subgraph),
            provided=(*provided, *(known.provides or ())),
            footprint=above.footprint,
            fields=above.fields + 1,
            base=above,
            slot=slot,
        )


def _level(place: FetchPlace) -> int:
    return place.level


def _matches(only: Answer | None, subgraph: str, view: str) -> bool:
    return only is None or (only.subgraph, only.view) == (subgraph, view)


def _overwrite_each_other(places: Combination) -> bool:
    """Whether some types come from an interface object (which answers for all) and others not."""
    return any(place.opaque for place in places) and len({id(place) for place in places}) > 1
