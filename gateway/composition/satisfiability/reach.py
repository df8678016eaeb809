"""Reach: from one location of an object, by keys, to all others; and what can be selected there.

Conditions (the fields of a key or ``@requires``) are met from the location that needs them. On the
way to a subgraph its own key may not be needed again: a planner could not order such fetches.
Nothing is reachable by a circle that only supports itself: both are least fixed points. What is
computed while a circle is still open is not remembered.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.composition.field_sets import FieldSet, On, Pick, fields_of
from gateway.composition.merging.relations import runtime_types
from gateway.composition.model import Applied, Kind, base_name
from gateway.composition.satisfiability.subgraph_map import Location, Step, SubgraphMap

Locations = frozenset[Location]
Graphs = frozenset[int]
LocationKey = tuple[str, Location, Graphs]
FieldKey = tuple[str, Location, str, Graphs]
_QUERY = "Query"
_NOWHERE: Graphs = frozenset()


class Reach:
    """Answers what can be reached and selected, whatever the override labels.

    ``avoided`` are the subgraphs that must not be entered, because their key is being met.
    """

    def __init__(self, subgraph_map: SubgraphMap) -> None:
        self.subgraph_map = subgraph_map
        self.merged = subgraph_map.merged
        self._locations: dict[LocationKey, Locations] = {}
        self._met: dict[FieldKey, bool] = {}
        self._open: dict[LocationKey | FieldKey, Locations] = {}
        self._touched: list[int] = []

    def from_location(self, name: str, start: Location, avoided: Graphs = _NOWHERE) -> Locations:
        """Return every location of an object of supergraph type ``name`` that is at ``start``."""
        key = (name, start, avoided)
        if key in self._locations:
            return self._locations[key]
        if key in self._open:
            return self._touch(key)
        depth, mark = len(self._open), len(self._touched)
        self._open[key] = frozenset({start})
        while added := self._beyond(name, self._open[key], avoided):
            self._open[key] |= added
        reached = self._open.pop(key)
        if self._settled(depth, mark):
            self._locations[key] = reached
        return reached

    def _touch(self, key: LocationKey | FieldKey) -> Locations:
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

    def _beyond(self, name: str, reached: Locations, avoided: Graphs) -> Locations:
        if name == _QUERY:
            graphs = range(len(self.merged.subgraphs))
            return frozenset(Location(graph, _QUERY) for graph in graphs) - reached
        return frozenset(
            entry
            for entry, key in self.subgraph_map.entries.get(name, ())
            if entry not in reached
            and entry.graph not in avoided
            and self._meets_key(name, reached, entry, key, avoided)
        )

    def _meets_key(
        self, name: str, reached: Locations, entry: Location, key: Applied, avoided: Graphs
    ) -> bool:
        return self.selects(name, reached, fields_of(key) or (), avoided | {entry.graph})

    def take(
        self, name: str, location: Location, field: str, avoided: Graphs = _NOWHERE
    ) -> Step | None:
        """Take a field at a location if its ``@requires`` can be met from there."""
        step = self.subgraph_map.step(location, field)
        if step is None or not step.requires:
            return step
        return step if self._meets(name, location, field, step.requires, avoided) else None

    def _meets(
        self, name: str, location: Location, field: str, requires: FieldSet, avoided: Graphs
    ) -> bool:
        """See ``_can_meet``; remembered where the answer rests on nothing still open."""
        key = (name, location, field, avoided)
        if key in self._met:
            return self._met[key]
        if key in self._open:
            self._touch(key)
            return False  # the requirement of a field cannot be the field itself
        depth, mark = len(self._open), len(self._touched)
        self._open[key] = frozenset()
        met = self._can_meet(name, location, requires, avoided)
        del self._open[key]
        if self._settled(depth, mark):
            self._met[key] = met
        return met

    def _can_meet(self, name: str, location: Location, requires: FieldSet, avoided: Graphs) -> bool:
        """Tell whether required fields can be had, and the location entered again with them."""
        if self.selects(name, frozenset({location}), requires, avoided):
            return True
        reached = self.from_location(name, location, avoided)
        return self.selects(name, reached, requires, avoided) and self.can_enter(name, location)

    def can_enter(self, name: str, location: Location) -> bool:
        """Tell whether some key leads into the location from where it leads to."""
        reached = self.from_location(name, location)
        return name == _QUERY or any(
            entry.graph == location.graph
            and entry.type == location.type
            and self._meets_key(name, reached, entry, key, _NOWHERE)
            for entry, key in self.subgraph_map.entries.get(name, ())
        )

    def selects(
        self, name: str, reached: Locations, selections: FieldSet, avoided: Graphs = _NOWHERE
    ) -> bool:
        """Tell whether all of a field set can be had of an object that is at ``reached``."""
        if self.merged.kinds.get(name) in {Kind.INTERFACE, Kind.UNION}:
            return all(self._selects_abstract(name, reached, s, avoided) for s in selections)
        return all(self._selects_object(name, reached, s, avoided) for s in selections)

    def _selects_abstract(
        self, name: str, reached: Locations, selection: Pick | On, avoided: Graphs
    ) -> bool:
        """An object type at a time; an interface object answers for all types at once."""
        if isinstance(selection, Pick):
            if selection.name == "__typename":
                return True
            direct = {p for p in reached if self.subgraph_map.declared(p).is_interface_object}
            if direct and self._selects_object(name, frozenset(direct), selection, avoided):
                return True
        for runtime in runtime_types(self.merged, name):
            narrowed = self.narrowed(reached, runtime)
            below = self.all_from(runtime, narrowed, avoided)
            if narrowed and not self._selects_object(runtime, below, selection, avoided):
                return False
        return True

    def _selects_object(
        self, name: str, reached: Locations, selection: Pick | On, avoided: Graphs
    ) -> bool:
        """A field whose home a label decides does not count: the label may stand either way."""
        if isinstance(selection, On):
            applies = selection.type is None or name in runtime_types(self.merged, selection.type)
            return not applies or self.selects(name, reached, selection.selections, avoided)
        if selection.name == "__typename":
            return True
        steps = [
            step
            for location in reached
            if not self.subgraph_map.labels(location, selection.name)
            and (step := self.take(name, location, selection.name, avoided)) is not None
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

    def all_from(
        self, name: str, starts: Iterable[Location], avoided: Graphs = _NOWHERE
    ) -> Locations:
        """Return the locations reachable from any of several."""
        found: set[Location] = set()
        for start in set(starts):
            found |= self.from_location(name, start, avoided)
        return frozenset(found)

    def narrowed(self, locations: Iterable[Location], runtime: str) -> set[Location]:
        """Return the locations that an object of type ``runtime`` can be at."""
        return {
            narrow
            for location in locations
            if (narrow := self.subgraph_map.narrow(location, runtime)) is not None
        }
