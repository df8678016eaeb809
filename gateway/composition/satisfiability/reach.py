"""Reach: from one place of an object, by keys, to all others; and what can be selected there.

Both are least fixed points: nothing is reachable by a circle that only supports itself. What is
computed while a circle is still open is not remembered.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.composition.field_sets import FieldSet, On, Pick, fields_of
from gateway.composition.merging.relations import runtime_types
from gateway.composition.model import Kind, base_name
from gateway.composition.satisfiability.places import Landscape, Place, Step

Places = frozenset[Place]
_QUERY = "Query"


class Reach:
    """Answers what can be reached and selected in one landscape."""

    def __init__(self, landscape: Landscape) -> None:
        self.landscape = landscape
        self.merged = landscape.merged
        self._known: dict[tuple[str, Place], Places] = {}
        self._open: dict[tuple[str, Place], set[Place]] = {}
        self._touched: list[int] = []

    def from_place(self, name: str, start: Place) -> Places:
        """Return every place of an object of supergraph type ``name`` that is at ``start``."""
        key = (name, start)
        if key in self._known:
            return self._known[key]
        if key in self._open:
            self._touched.append(list(self._open).index(key))
            return frozenset(self._open[key])
        return self._expand(key)

    def _expand(self, key: tuple[str, Place]) -> Places:
        name, start = key
        depth, mark = len(self._open), len(self._touched)
        reached = self._open[key] = {start}
        while self._grow(name, reached):
            pass
        del self._open[key]
        outer = [touched for touched in self._touched[mark:] if touched < depth]
        del self._touched[mark:]
        if outer:
            self._touched.append(min(outer))
        else:
            self._known[key] = frozenset(reached)
        return frozenset(reached)

    def _grow(self, name: str, reached: set[Place]) -> bool:
        if name == _QUERY:
            graphs = range(len(self.merged.subgraphs))
            added = {Place(graph, _QUERY) for graph in graphs} - reached
            reached |= added
            return False
        added = {
            entry
            for entry, key in self.landscape.entries.get(name, ())
            if entry not in reached and self.selects(name, frozenset(reached), fields_of(key) or ())
        }
        reached |= added
        return bool(added)

    def take(self, name: str, reached: Places, place: Place, field: str) -> Step | None:
        """Take a field at a place, its ``@requires`` met from all of ``reached``."""
        step = self.landscape.step(place, field)
        if step is None or not step.requires:
            return step
        return step if self.meets(name, reached, place, step.requires) else None

    def meets(self, name: str, reached: Places, place: Place, requires: FieldSet) -> bool:
        """Tell whether required fields can be had, and the place entered again with them."""
        if self.selects(name, frozenset({place}), requires):
            return True
        return self.selects(name, reached, requires) and self.can_enter(name, reached, place)

    def can_enter(self, name: str, reached: Places, place: Place) -> bool:
        """Tell whether some key leads into the place."""
        return name == _QUERY or any(
            entry.graph == place.graph
            and entry.type == place.type
            and self.selects(name, reached, fields_of(key) or ())
            for entry, key in self.landscape.entries.get(name, ())
        )

    def selects(self, name: str, reached: Places, selections: FieldSet) -> bool:
        """Tell whether all of a field set can be had of an object that is at ``reached``."""
        if self.merged.kinds.get(name) in {Kind.INTERFACE, Kind.UNION}:
            return all(self._selects_abstract(name, reached, s) for s in selections)
        return all(self._selects_object(name, reached, s) for s in selections)

    def _selects_abstract(self, name: str, reached: Places, selection: Pick | On) -> bool:
        if isinstance(selection, Pick):
            if selection.name == "__typename":
                return True
            direct = [p for p in reached if self.landscape.declared(p).is_interface_object]
            if direct and self._selects_object(name, frozenset(direct), selection):
                return True
        possible = runtime_types(self.merged, name)
        for runtime in possible:
            narrowed = self.narrowed(reached, runtime)
            if narrowed and not self._selects_object(
                runtime, self.all_from(runtime, narrowed), selection
            ):
                return False
        return True

    def _selects_object(self, name: str, reached: Places, selection: Pick | On) -> bool:
        if isinstance(selection, On):
            applies = selection.type is None or name in runtime_types(self.merged, selection.type)
            return not applies or self.selects(name, reached, selection.selections)
        if selection.name == "__typename":
            return True
        steps = [
            step
            for place in reached
            if (step := self.take(name, reached, place, selection.name)) is not None
        ]
        if not steps or not selection.selections:
            return bool(steps)
        field = self.merged.types[name].fields.get(selection.name)
        if field is None:
            return False
        target = base_name(field.type)
        below = self.all_from(target, (step.to for step in steps if step.to is not None))
        return self.selects(target, below, selection.selections)

    def all_from(self, name: str, starts: Iterable[Place]) -> Places:
        """Return the places reachable from any of several."""
        found: set[Place] = set()
        for start in set(starts):
            found |= self.from_place(name, start)
        return frozenset(found)

    def narrowed(self, places: Iterable[Place], runtime: str) -> set[Place]:
        """Return the places that an object of type ``runtime`` can be at."""
        return {
            narrow
            for place in places
            if (narrow := self.landscape.narrow(place, runtime)) is not None
        }
