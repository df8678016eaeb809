"""What follows from a subgraph's federation directives: which fields it resolves, shares, uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from gateway.composition.contexts import context_selections
from gateway.composition.field_sets import Coordinate, fields_of, picked_fields
from gateway.composition.model import COMPOSITE, Kind, Subgraph, Type, TypeRef


@dataclass(frozen=True)
class SubgraphFacts:
    """Derived knowledge of one subgraph; each set holds (type, field)."""

    subgraph: Subgraph

    @cached_property
    def fake_external(self) -> frozenset[Coordinate]:
        """Key fields of type extensions: marked external by the habit of Federation 1, resolved."""
        return frozenset(
            (parent.name, field.name)
            for declared in self.subgraph.types.values()
            for key in declared.every("key")
            if key.of_extension or declared.has("extends")
            for parent, field in picked_fields(self.subgraph, declared, fields_of(key) or ())
            if field.has("external")
        )

    @cached_property
    def external(self) -> frozenset[Coordinate]:
        """Fields that this subgraph only refers to."""
        marked = {
            (declared.name, field.name)
            for declared in self.subgraph.types.values()
            for field in declared.fields.values()
            if field.has("external")
        }
        return frozenset(marked - self.fake_external)

    @cached_property
    def provided(self) -> frozenset[Coordinate]:
        """External fields that this subgraph does resolve below some field, by ``@provides``."""
        return frozenset(self._picked_by("provides"))

    @cached_property
    def shareable(self) -> frozenset[Coordinate]:
        """Fields that other subgraphs may resolve as well."""
        marked = {
            (declared.name, field.name)
            for declared in self.subgraph.types.values()
            if declared.kind is Kind.OBJECT
            for field in declared.fields.values()
            if field.has("shareable")
        }
        return frozenset(marked | self.key_fields | (self.provided & self.external))

    @cached_property
    def key_fields(self) -> set[Coordinate]:
        """Every field that some ``@key`` selects."""
        return {
            (parent.name, field.name)
            for declared in self.subgraph.types.values()
            for key in declared.every("key")
            for parent, field in picked_fields(self.subgraph, declared, fields_of(key) or ())
        }

    @cached_property
    def used(self) -> frozenset[Coordinate]:
        """Fields that a federation directive selects or an interface demands."""
        return frozenset(
            {
                *self._picked_by_keys(),
                *self._picked_by("requires"),
                *self._picked_by("provides"),
                *self._picked_by_contexts(),
                *self._demanded_by_interfaces(),
            }
        )

    def resolves(self, coordinate: Coordinate) -> bool:
        """Tell whether the subgraph can answer the field anywhere, if only by ``@provides``."""
        return coordinate not in self.external or coordinate in self.provided

    def _picked_by_keys(self) -> Iterator[Coordinate]:
        for declared in self.subgraph.types.values():
            for key in declared.every("key"):
                for parent, field in picked_fields(
                    self.subgraph, declared, fields_of(key) or (), implementations=True
                ):
                    yield parent.name, field.name

    def _picked_by(self, directive: str) -> Iterator[Coordinate]:
        for declared in self.subgraph.types.values():
            for field in declared.fields.values():
                for applied in field.every(directive):
                    start = _start(self.subgraph, declared, field.type, directive)
                    if start is None:
                        continue
                    for parent, picked in picked_fields(
                        self.subgraph, start, fields_of(applied) or (), implementations=True
                    ):
                        yield parent.name, picked.name

    def _picked_by_contexts(self) -> Iterator[Coordinate]:
        for start, selections in context_selections(self.subgraph):
            for parent, field in picked_fields(
                self.subgraph, start, selections, implementations=True
            ):
                yield parent.name, field.name

    def _demanded_by_interfaces(self) -> Iterator[Coordinate]:
        for declared in self.subgraph.types.values():
            if declared.kind is not Kind.OBJECT:
                continue
            for name in declared.interfaces:
                interface = self.subgraph.types.get(name)
                for field in interface.fields if interface else ():
                    if field in declared.fields:
                        yield declared.name, field


def _start(subgraph: Subgraph, parent: Type, returned: TypeRef, directive: str) -> Type | None:
    """``@requires`` selects on the field's parent, ``@provides`` on what the field returns."""
    if directive == "requires":
        return parent
    target = subgraph.type_of(returned)
    return target if target is not None and target.kind in COMPOSITE else None
