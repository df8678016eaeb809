"""Reach: from one place of an object, by keys, to all others; and what can be selected there.

Conditions (the fields of a key or ``@requires``) are met from the place that needs them. On the way
to a subgraph its own key may not be needed again: a planner could not order such fetches. Nothing
is reachable by a circle that only supports itself: both are least fixed points; what is computed
while a circle is still open is not remembered.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.composition.field_sets import FieldSet, On, Pick, fields_of
from gateway.composition.merging.relations import runtime_types
from gateway.composition.model import Applied, Kind, base_name
from gateway.composition.satisfiability.spots import Landscape, Spot, Step

Spots = frozenset[Spot]
Graphs = frozenset[int]
SpotKey = tuple[str, Spot, Graphs]
FieldKey = tuple[str, Spot, str, Graphs]
_QUERY = "Query"
_NOWHERE: Graphs = frozenset()


class Reach:
    """Answers what can be reached and selected, whatever the override labels.

    ``avoided`` are the subgraphs that must not be entered, because their key is being met.
    """

    def __init__(self, landscape: Landscape) -> None:
        self.landscape = landscape
        self.merged = landscape.merged
        self._places: dict[SpotKey, Spots] = {}
        self._met: dict[FieldKey, bool] = {}
        self._open: dict[SpotKey | FieldKey, Spots] = {}
        self._touched: list[int] = []

    def from_place(self, name: str, start: Spot, avoided: Graphs = _NOWHERE) -> Spots:
        """Return every place of an object of supergraph type ``name`` that is at ``start``."""
        key = (name, start, avoided)
        if key in self._places:
            return self._places[key]
        if key in self._open:
            return self._touch(key)
        depth, mark = len(self._open), len(self._touched)
        self._open[key] = frozenset({start})
        while added := self._beyond(name, self._open[key], avoided):
            self._open[key] |= added
        reached = self._open.pop(key)
        if self._settled(depth, mark):
            self._places[key] = reached
        return reached

    def _touch(self, key: SpotKey | FieldKey) -> Spots:
        """Use what is known so far of something still being computed."""
        self._touched.append(list(self._open).index(key))
        return self._open[key]

    def _settled(self, depth: int, mark: int) -> bool:
        """Tell whether a result computed at ``depth`` rests on nothing still being computed."""
        outer = [touched for touched in self._touched[mark:] if touched < depth]
        del self._touched[mark:]
        if outer:
            self._touched.append(min(outer))
        return not outer

    def _beyond(self, name: str, reached: Spots, avoided: Graphs) -> Spots:
        if name == _QUERY:
            graphs = range(len(self.merged.subgraphs))
            return frozenset(Spot(graph, _QUERY) for graph in graphs) - reached
        return frozenset(
            entry
            for entry, key in self.landscape.entries.get(name, ())
            if entry not in reached
            and entry.graph not in avoided
            and self._meets_key(name, reached, entry, key, avoided)
        )

    def _meets_key(
        self, name: str, reached: Spots, entry: Spot, key: Applied, avoided: Graphs
    ) -> bool:
        return self.selects(name, reached, fields_of(key) or (), avoided | {entry.graph})

    def take(self, name: str, place: Spot, field: str, avoided: Graphs = _NOWHERE) -> Step | None:
        """Take a field at a place if its ``@requires`` can be met from there."""
        step = self.landscape.step(place, field)
        if step is None or not step.requires:
            return step
        return step if self._meets(name, place, field, step.requires, avoided) else None

    def _meets(
        self, name: str, place: Spot, field: str, requires: FieldSet, avoided: Graphs
    ) -> bool:
        key = (name, place, field, avoided)
        if key in self._met:
            return self._met[key]
        if key in self._open:
            self._touch(key)
            return False  # the requirement of a field cannot be the field itself
        depth, mark = len(self._open), len(self._touched)
        self._open[key] = frozenset()
        met = self._can_meet(name, place, requires, avoided)
        del self._open[key]
        if self._settled(depth, mark):
            self._met[key] = met
        return met

    def _can_meet(self, name: str, place: Spot, requires: FieldSet, avoided: Graphs) -> bool:
        """Tell whether required fields can be had, and the place entered again with them."""
        if self.selects(name, frozenset({place}), requires, avoided):
            return True
        reached = self.from_place(name, place, avoided)
        return self.selects(name, reached, requires, avoided) and self.can_enter(name, place)

    def can_enter(self, name: str, place: Spot) -> bool:
        """Tell whether some key leads into the place from where it leads to."""
        reached = self.from_place(name, place)
        return name == _QUERY or any(
            entry.graph == place.graph
            and entry.type == place.type
            and self._meets_key(name, reached, entry, key, _NOWHERE)
            for entry, key in self.landscape.entries.get(name, ())
        )

    def selects(
        self, name: str, reached: Spots, selections: FieldSet, avoided: Graphs = _NOWHERE
    ) -> bool:
        """Tell whether all of a field set can be had of an object that is at ``reached``."""
        if self.merged.kinds.get(name) in {Kind.INTERFACE, Kind.UNION}:
            return all(self._selects_abstract(name, reached, s, avoided) for s in selections)
        return all(self._selects_object(name, reached, s, avoided) for s in selections)

    def _selects_abstract(
        self, name: str, reached: Spots, selection: Pick | On, avoided: Graphs
    ) -> bool:
        if isinstance(selection, Pick):
            if selection.name == "__typename":
                return True
            direct = {p for p in reached if self.landscape.declared(p).is_interface_object}
            if direct and self._selects_object(name, frozenset(direct), selection, avoided):
                return True
        for runtime in runtime_types(self.merged, name):
            narrowed = self.narrowed(reached, runtime)
            below = self.all_from(runtime, narrowed, avoided)
            if narrowed and not self._selects_object(runtime, below, selection, avoided):
                return False
        return True

    def _selects_object(
        self, name: str, reached: Spots, selection: Pick | On, avoided: Graphs
    ) -> bool:
        if isinstance(selection, On):
            applies = selection.type is None or name in runtime_types(self.merged, selection.type)
            return not applies or self.selects(name, reached, selection.selections, avoided)
        if selection.name == "__typename":
            return True
        steps = [
            step
            for place in reached
            if not self.landscape.labels(place, selection.name)
            and (step := self.take(name, place, selection.name, avoided)) is not None
        ]
        if not steps or not selection.selections:
            return bool(steps)
        field = self.merged.types[name].fields.get(selection.name)
        if field is None:
            return False
        target = base_name(field.type)
        starts = (step.to for step in steps if step.to is not None)
        below = self.all_from(target, starts, avoided)
        return self.selects(target, below, selection.selections, avoided)

    def all_from(self, name: str, starts: Iterable[Spot], avoided: Graphs = _NOWHERE) -> Spots:
        """Return the places reachable from any of several."""
        found: set[Spot] = set()
        for start in set(starts):
            found |= self.from_place(name, start, avoided)
        return frozenset(found)

    def narrowed(self, places: Iterable[Spot], runtime: str) -> set[Spot]:
        """Return the places that an object of type ``runtime`` can be at."""
        return {
            narrow
            for place in places
            if (narrow := self.landscape.narrow(place, runtime)) is not None
        }
