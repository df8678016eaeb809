"""Locations: where an object can be while a query is answered, and one step from a location."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from gateway.composition.field_sets import FieldSet, On, Pick, fields_of
from gateway.composition.merging.state import Merging
from gateway.composition.model import COMPOSITE, Applied, Field, Kind, Type, base_name


@dataclass(frozen=True, slots=True)
class Location:
    """An object in one subgraph, as a type of it. ``provided`` is what ``@provides`` adds."""

    graph: int
    type: str
    provided: FieldSet = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A field taken at a location: what it leads to (None for a leaf) and what it requires."""

    to: Location | None
    requires: FieldSet = ()


Settled = frozenset[tuple[str, bool]]
"""Override labels, on or off."""


@dataclass(frozen=True)
class SubgraphMap:
    """The subgraphs and what moves between them."""

    merged: Merging

    @cached_property
    def _runtimes(self) -> dict[tuple[int, str], frozenset[str]]:
        found: dict[tuple[int, str], set[str]] = {}
        for graph, subgraph in enumerate(self.merged.subgraphs):
            for declared in subgraph.types.values():
                if declared.kind is Kind.OBJECT:
                    for name in (declared.name, *declared.interfaces):
                        found.setdefault((graph, name), set()).add(declared.name)
                elif declared.kind is Kind.UNION:
                    found.setdefault((graph, declared.name), set()).update(declared.members)
        return {key: frozenset(names) for key, names in found.items()}

    @cached_property
    def entries(self) -> dict[str, tuple[tuple[Location, Applied], ...]]:
        """The locations that an entity type can be entered at by key.

        An object type is also entered through the interface objects of its interfaces.
        """
        found: dict[str, list[tuple[Location, Applied]]] = {}
        for name, kind in self.merged.kinds.items():
            if kind in {Kind.OBJECT, Kind.INTERFACE}:
                interfaces = self.merged.implemented.get(name, ())
                for graph in range(len(self.merged.subgraphs)):
                    found.setdefault(name, []).extend(self._entries(graph, name, interfaces))
        return {name: tuple(entries) for name, entries in found.items()}

    def _entries(
        self, graph: int, name: str, interfaces: tuple[str, ...]
    ) -> list[tuple[Location, Applied]]:
        types = self.merged.subgraphs[graph].types
        return [
            (Location(graph, candidate), key)
            for candidate in (name, *interfaces)
            if candidate in types and (candidate == name or types[candidate].is_interface_object)
            for key in types[candidate].every("key")
            if key.value("resolvable") is not False
        ]

    def declared(self, location: Location) -> Type:
        """Return a location's type, as its subgraph declares it."""
        return self.merged.subgraphs[location.graph].types[location.type]

    def runtimes(self, location: Location) -> frozenset[str]:
        """Return the object types that a value there can have, as its subgraph knows."""
        return self._runtimes.get((location.graph, location.type), frozenset())

    def narrow(self, location: Location, name: str) -> Location | None:
        """Return the location of an object known to be of type ``name``, None if it cannot be."""
        if self.declared(location).is_interface_object:
            return location if location.type in self.merged.implemented.get(name, ()) else None
        return replace(location, type=name) if name in self.runtimes(location) else None

    def lost(self, location: Location, field: str) -> bool:
        """Tell whether override has taken a field from a location, whatever the labels."""
        overridden = self.merged.overrides.get((location.type, field))
        return overridden is not None and overridden.lost(location.graph)

    def moved(self, location: Location, field: str, settled: Settled) -> bool:
        """Tell whether a location has no field because a label gives it to another subgraph."""
        overridden = self.merged.overrides.get((location.type, field))
        return overridden is not None and (
            (overridden.givers.get(location.graph), True) in settled
            or (overridden.takers.get(location.graph), False) in settled
        )

    def labels(self, location: Location, field: str) -> frozenset[str]:
        """The labels that decide whether a location has a field. No condition may rest on it."""
        overridden = self.merged.overrides.get((location.type, field))
        if overridden is None:
            return frozenset()
        sides = (overridden.givers, overridden.takers)
        return frozenset(side[location.graph] for side in sides if location.graph in side)

    def step(self, location: Location, name: str) -> Step | None:
        """Take a field at a location, None if the subgraph does not resolve it there."""
        declared = self.declared(location)
        field = declared.fields.get(name)
        if field is None:
            return None
        picked = [pick for pick in self._picks(location) if pick.name == name]
        facts = self.merged.facts[location.graph]
        if (declared.name, name) in facts.external and not picked:
            return None
        if self.lost(location, name):
            return None
        required = field.first("requires")
        return Step(
            self._target(location, field, picked), (fields_of(required) or ()) if required else ()
        )

    def _target(self, location: Location, field: Field, picked: list[Pick]) -> Location | None:
        target = self.merged.subgraphs[location.graph].types.get(base_name(field.type))
        if target is None or target.kind not in COMPOSITE:
            return None
        below = tuple(selection for pick in picked for selection in pick.selections)
        provides = field.first("provides")
        return Location(
            location.graph, target.name, below + ((fields_of(provides) or ()) if provides else ())
        )

    def _picks(self, location: Location) -> list[Pick]:
        """Return the provided fields that apply to the location's type."""
        found: list[Pick] = []
        pending = list(location.provided)
        while pending:
            selection = pending.pop()
            if isinstance(selection, Pick):
                found.append(selection)
            elif self._fragment_applies(location, selection):
                pending.extend(selection.selections)
        return found

    def _fragment_applies(self, location: Location, fragment: On) -> bool:
        if fragment.type in {None, location.type}:
            return True
        target = Location(location.graph, fragment.type or "")
        return location.type in self.runtimes(target)
