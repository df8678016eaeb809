"""Groups of concrete types that can be planned as one.

An interface may have fifty implementations, nested five deep: planning each type at each place
would take 50⁵ steps. Types are alike for a field if the search, whatever it looks at for that
field, sees the same: the same subgraphs answer it under the same terms, they are entered by the
same keys, and the fields which those name can be had in the same ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.supergraph.field_set import FieldSelection, FieldSet
from gateway.supergraph.model import SupergraphType

if TYPE_CHECKING:
    from gateway.planning.facts import Facts


@dataclass(slots=True)
class TypeGroups:
    """Partitions types; remembers what it found out about each."""

    facts: Facts
    _signatures: dict[tuple[str, str, frozenset[str]], int] = field(default_factory=dict)
    _numbers: dict[object, int] = field(default_factory=dict)
    _conditions: tuple[frozenset[str], ...] | None = None

    def alike(
        self, types: Iterable[str], name: str, arrivals: frozenset[str]
    ) -> list[frozenset[str]]:
        """Partition ``types`` for the field ``name`` of objects that ``arrivals`` may load."""
        ordered = sorted(types)
        if len(ordered) == 1:
            return [frozenset(ordered)]
        groups: dict[int, list[str]] = {}
        for type_name in ordered:
            groups.setdefault(self._signature(type_name, name, arrivals), []).append(type_name)
        return [frozenset(group) for group in groups.values()]

    def _signature(self, type_name: str, name: str, arrivals: frozenset[str]) -> int:
        key = (type_name, name, arrivals)
        if key not in self._signatures:
            described = self._describe(type_name, name, arrivals)
            self._signatures[key] = self._numbers.setdefault(described, len(self._numbers))
        return self._signatures[key]

    def _describe(self, type_name: str, name: str, arrivals: frozenset[str]) -> object:
        names, subgraphs = self._looked_at(type_name, name, arrivals)
        views = [
            (subgraph, view) for subgraph, view in self.facts.views(type_name)
            if subgraph in subgraphs
        ]  # fmt: skip
        return (
            tuple((subgraph, "" if view == type_name else view) for subgraph, view in views),
            tuple(
                (entry.subgraph, "" if entry.view == type_name else entry.view, entry.key)
                for entry in self.facts.entries(type_name)
                if entry.subgraph in subgraphs
            ),
            tuple(
                (
                    other,
                    subgraph,
                    self.facts.known(view, other, subgraph),
                    self.facts.is_taken_over(view, other, subgraph),
                )
                for other in sorted(names)
                for subgraph, view in views
            ),
            tuple(type_name in condition for condition in self._type_conditions()),
        )

    def _looked_at(
        self, type_name: str, name: str, arrivals: frozenset[str]
    ) -> tuple[set[str], set[str]]:
        """The fields and subgraphs that the search may look at for a field.

        A field that every arrival answers itself is taken from there, so nothing is looked at for
        its sake.
        """
        names, subgraphs, open_ = {name}, set(arrivals), [name]
        returned = self.facts.field(type_name, name).type.name
        if not self.facts.is_composite(returned) and self._is_at_hand(type_name, name, arrivals):
            return names, subgraphs
        while open_:
            current = open_.pop()
            if current != name and self._is_at_hand(type_name, current, arrivals):
                continue
            answers = self.facts.answers(type_name, current)
            entered = {answer.subgraph for answer in answers}
            subgraphs |= entered
            wanted = {
                other for answer in answers for other in _top_names(answer.field.requires or ())
            } | {
                other
                for entry in self.facts.entries(type_name)
                if entry.subgraph in entered
                for other in _top_names(entry.key)
            }
            open_.extend(sorted(wanted - names))
            names |= wanted
        return names, subgraphs

    def _is_at_hand(self, type_name: str, name: str, arrivals: frozenset[str]) -> bool:
        return all(
            (found := self.facts.resolvable(view, name, subgraph)) is not None
            and found.requires is None
            and not found.context_arguments
            for subgraph, view in self.facts.views(type_name)
            if subgraph in arrivals
        )

    def _type_conditions(self) -> tuple[frozenset[str], ...]:
        """The types that fragments in any ``@provides`` or ``@requires`` tell apart."""
        if self._conditions is None:
            found = {
                name
                for type_ in self.facts.types.values()
                for selections in _field_sets(type_)
                for name in _fragment_types(selections)
            }
            self._conditions = tuple(self.facts.possible(name) for name in sorted(found))
        return self._conditions


def _field_sets(type_: SupergraphType) -> Iterator[FieldSet]:
    for in_subgraph in type_.subgraphs.values():
        for known in in_subgraph.fields.values():
            yield known.provides or ()
            yield known.requires or ()


def _fragment_types(selections: FieldSet) -> Iterator[str]:
    for selection in selections:
        if not isinstance(selection, FieldSelection):
            yield selection.type_condition
        yield from _fragment_types(selection.selections)


def _top_names(selections: FieldSet) -> set[str]:
    names: set[str] = set()
    for selection in selections:
        if isinstance(selection, FieldSelection):
            names.add(selection.name)
        else:
            names |= _top_names(selection.selections)
    return names
