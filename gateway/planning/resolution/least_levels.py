"""How many fetches lie between an object and one of its fields, at the least.

From the supergraph alone, whatever is asked and however it is planned: an object that one subgraph
returned is asked of the others by their keys, whose fields may be other subgraphs' in turn. Numbers
are never too high, so whoever has fewer levels left may stop looking. They may be too low: types of
abstract fields, values of contexts and selections nested past ``_NESTED`` count as nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.planning.resolution.index import ResolutionIndex
from gateway.supergraph.field_set import FieldSelection, FieldSet

_NESTED = 2
"""How far keys are followed into objects, and requirements into those of the fields they name."""

Levels = Mapping[str, int]
"""Subgraph → least number of further levels; who is missing cannot be reached."""


@dataclass(frozen=True, slots=True)
class LeastLevels:
    """Least levels in one supergraph; ``index`` remembers what was found."""

    index: ResolutionIndex

    def of_field(self, type_name: str, name: str, base: str) -> Levels:
        """Who can answer a field of an object that ``base`` returned, and how much later."""
        key = (type_name, name, base)
        known = self.index.levels_of_fields.get(key)
        if known is None:
            levels = self._enter(type_name, base, _NESTED)
            known = self._answering(type_name, name, levels, _NESTED)
            self.index.levels_of_fields[key] = known
        return known

    def of_selection(self, type_name: str, selections: FieldSet, base: str) -> int | None:
        """How much later all ``selections`` of such an object can be there; None: never."""
        key = (type_name, selections, base)
        known = self.index.levels_of_selections
        if key not in known:
            levels = self._enter(type_name, base, _NESTED)
            known[key] = self._selection(type_name, selections, levels, _NESTED)
        return known[key]

    def _enter(self, type_name: str, base: str, nested: int) -> Levels:
        """Who can have such an object at all: the nearest first, since keys come from the near."""
        key = (type_name, base, nested)
        known = self.index.levels_entered.get(key)
        if known is not None:
            return known
        levels = {base: 0}
        if type_name in self.index.roots:
            levels = {**dict.fromkeys(self.index.types[type_name].subgraphs, 1), **levels}
        else:
            keys = list(self._keys(type_name))
            while True:
                reached = [
                    (least + 1, subgraph)
                    for subgraph, fields in keys
                    if subgraph not in levels
                    and (least := self._selection(type_name, fields, levels, nested)) is not None
                ]
                if not reached:
                    break
                level, subgraph = min(reached)
                levels[subgraph] = level
        self.index.levels_entered[key] = levels
        return levels

    def _keys(self, type_name: str) -> Iterator[tuple[str, FieldSet]]:
        """Whatever an object of the type may be entered by: its interfaces' keys, too."""
        for name in (type_name, *sorted(self.index.types[type_name].interfaces)):
            for key in self.index.entity_keys(name):
                yield key.subgraph, key.fields

    def _answering(self, type_name: str, name: str, levels: Levels, nested: int) -> dict[str, int]:
        """Who answers a field, and when, if the object can be had at ``levels``."""
        found: dict[str, int] = {}
        for resolver in self.index.resolvers(type_name, name):
            level = levels.get(resolver.subgraph)
            requires = resolver.field.requires
            if level is None:
                continue
            if requires is not None or resolver.field.context_arguments:
                level = max(level, 1)  # what it needs is sent to it, so it is entered
            if requires is not None and nested > 0:
                least = self._selection(type_name, requires, levels, nested - 1)
                if least is None:
                    continue
                level = max(level, least + 1)
            found[resolver.subgraph] = min(level, found.get(resolver.subgraph, level))
        for subgraph in self.index.providers(type_name, name):
            if subgraph in levels:
                found[subgraph] = levels[subgraph]
        return found

    def _selection(
        self, type_name: str, selections: FieldSet, levels: Levels, nested: int
    ) -> int | None:
        """When the last of ``selections`` is there."""
        last = 0
        for selection in selections:
            if isinstance(selection, FieldSelection):
                least = self._selected(type_name, selection, levels, nested)
            elif type_name in self.index.possible(selection.type_condition):
                least = self._selection(type_name, selection.selections, levels, nested)
            else:
                continue
            if least is None:
                return None
            last = max(last, least)
        return last

    def _selected(
        self, type_name: str, selection: FieldSelection, levels: Levels, nested: int
    ) -> int | None:
        """When a field and all that is selected below it is there."""
        own = self.index.types[type_name].fields
        if selection.name not in own:
            return 0  # __typename; or below an interface object, whose fields are others
        below = own[selection.name].type.name
        found = self._answering(type_name, selection.name, levels, nested)
        if not selection.selections or nested == 0 or self.index.is_abstract(below):
            return min(found.values(), default=None)
        options = (
            (level, self._selection(below, selection.selections, inner, nested - 1))
            for subgraph, level in found.items()
            for inner in (self._enter(below, subgraph, nested - 1),)
        )
        return min((level + least for level, least in options if least is not None), default=None)
