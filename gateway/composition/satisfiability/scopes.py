"""Scopes: which arguments with ``@fromContext`` have a value, by the objects passed on the way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gateway.composition.contexts import context_setters, contextual_arguments
from gateway.composition.field_sets import FieldSet, parse_field_set
from gateway.composition.merging.relations import runtime_types
from gateway.composition.merging.state import Merging
from gateway.composition.satisfiability.reach import Locations, Reach
from gateway.composition.satisfiability.subgraph_map import Location


@dataclass(frozen=True, slots=True)
class Taker:
    """An argument of one subgraph that takes ``selection`` from objects of ``setters`` types."""

    graph: int
    type: str
    field: str
    context: str
    selection: FieldSet
    setters: frozenset[str]


Scope = frozenset[Taker]
"""The arguments for which some object on the way has a value."""


@dataclass(frozen=True)
class Scopes:
    """Tells what a scope becomes on the way, and whether a field has all it takes."""

    merged: Merging

    @cached_property
    def _takers(self) -> tuple[Taker, ...]:
        """Every argument that takes from a context, with the types that set it."""
        found: list[Taker] = []
        for graph, subgraph in enumerate(self.merged.subgraphs):
            setters = context_setters(subgraph)
            for taken in contextual_arguments(subgraph):
                names = {
                    name
                    for setter in setters.get(taken.context or "", ())
                    for name in (setter.name, *runtime_types(self.merged, setter.name))
                }
                found.append(
                    Taker(
                        graph,
                        taken.parent.name,
                        taken.field.name,
                        taken.context or "",
                        parse_field_set(taken.selection),
                        frozenset(names),
                    )
                )
        return tuple(found)

    def below(self, reach: Reach, name: str, starts: Locations, scope: Scope) -> Scope:
        """The scope below an object: the nearest one that sets a context gives its value."""
        setting = [taker for taker in self._takers if name in taker.setters]
        if not setting:
            return scope
        reached = reach.all_from(name, starts)
        given = {taker for taker in setting if reach.selects(name, reached, taker.selection)}
        return scope - frozenset(setting) | given

    def missing(self, location: Location, field: str, scope: Scope) -> list[str]:
        """The contexts that a field at a location takes from and nothing on the way gives."""
        return [
            taker.context
            for taker in self._takers
            if (taker.graph, taker.type, taker.field) == (location.graph, location.type, field)
            and taker not in scope
        ]
