"""Who can answer what: the supergraph as the planner asks it, under one set of override labels.

A *view* is the name under which a subgraph knows an object: its concrete type, or the name of an
interface that is an ``@interfaceObject`` there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from gateway.planning.type_groups import TypeGroups
from gateway.supergraph.field_set import FieldSet
from gateway.supergraph.model import (
    FieldInSubgraph,
    Override,
    Supergraph,
    SupergraphField,
    TypeInSubgraph,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A way into a subgraph: its ``_entities`` takes ``view`` by ``key``."""

    subgraph: str
    view: str
    key: FieldSet


@dataclass(frozen=True, slots=True)
class Answer:
    """A subgraph that resolves a field of a type, as a field of ``view``."""

    subgraph: str
    view: str
    field: FieldInSubgraph


class Facts:
    """Answers about one supergraph, remembered."""

    def __init__(self, supergraph: Supergraph, labels: frozenset[str]) -> None:
        self.supergraph = supergraph
        self.types = supergraph.types
        self.subgraphs = tuple(supergraph.subgraphs)
        self.roots = frozenset(supergraph.roots.values())
        self._labels = labels & supergraph.labels
        self.type_groups = TypeGroups(self)
        self._taken_over = frozenset(self._overrides_in_force())
        # Bound per instance: the caches go when the supergraph does.
        self.resolvable = lru_cache(maxsize=None)(self._resolvable)
        self.answers = lru_cache(maxsize=None)(self._answers)
        self.entries = lru_cache(maxsize=None)(self._entries)
        self.setters = lru_cache(maxsize=None)(self._setters)

    def field(self, type_name: str, name: str) -> SupergraphField:
        """The supergraph's field."""
        return self.types[type_name].fields[name]

    def have_field(self, types: Iterable[str], name: str) -> bool:
        """Whether every one of ``types`` has the field."""
        return all(name in self.types[type_name].fields for type_name in types)

    def known(self, view: str, name: str, subgraph: str) -> FieldInSubgraph | None:
        """The field as ``subgraph`` declares it, resolvable or not."""
        type_ = self.types.get(view)
        in_subgraph = type_.subgraphs.get(subgraph) if type_ else None
        return in_subgraph.fields.get(name) if in_subgraph else None

    def _resolvable(self, view: str, name: str, subgraph: str) -> FieldInSubgraph | None:
        """The field if ``subgraph`` resolves it for everybody (not external, not taken over)."""
        known = self.known(view, name, subgraph)
        if known is None or known.external or known.used_overridden:
            return None
        if known.override is not None and not self._is_in_force(known.override):
            return None
        return None if self.is_taken_over(view, name, subgraph) else known

    def is_taken_over(self, view: str, name: str, subgraph: str) -> bool:
        """Whether another subgraph's ``@override`` of the field is in force."""
        return (view, name, subgraph) in self._taken_over

    def _overrides_in_force(self) -> Iterator[tuple[str, str, str]]:
        """(type, field, subgraph that loses it)."""
        for view, type_ in self.types.items():
            for subgraph, in_subgraph in type_.subgraphs.items():
                for name, known in in_subgraph.fields.items():
                    override = known.override
                    if override and override.origin != subgraph and self._is_in_force(override):
                        yield view, name, override.origin

    def _is_in_force(self, override: Override) -> bool:
        return override.label is None or override.label in self._labels

    def in_subgraph(self, type_name: str, subgraph: str) -> TypeInSubgraph | None:
        """What ``subgraph`` knows of a type."""
        type_ = self.types.get(type_name)
        return type_.subgraphs.get(subgraph) if type_ else None

    def is_composite(self, type_name: str) -> bool:
        """Whether a selection set stands on a type (built-in scalars are not in the model)."""
        type_ = self.types.get(type_name)
        return type_ is not None and type_.kind.is_composite

    def is_abstract(self, type_name: str) -> bool:
        """Whether a type is an interface or a union in the supergraph."""
        return self.types[type_name].kind.is_abstract

    def is_opaque(self, type_name: str, subgraph: str) -> bool:
        """Whether ``subgraph`` cannot tell the concrete types of this interface apart."""
        in_subgraph = self.in_subgraph(type_name, subgraph)
        return in_subgraph is not None and in_subgraph.is_interface_object

    def possible(self, type_name: str, subgraph: str | None = None) -> frozenset[str]:
        """Concrete types a type can be, in all subgraphs or as far as one of them knows.

        Where a subgraph cannot tell them apart it may return any.
        """
        type_ = self.types[type_name]
        if subgraph is None or self.is_opaque(type_name, subgraph):
            return type_.possible
        in_subgraph = type_.subgraphs.get(subgraph)
        if in_subgraph is None:
            return frozenset()
        return in_subgraph.possible or (type_.possible & {type_name})

    def _has_entities(self, view: str, subgraph: str) -> bool:
        """An interface's own keys lead nowhere in a subgraph that implements it by no type."""
        known = self.types[view].subgraphs[subgraph]
        return known.is_interface_object or bool(known.possible)

    def views(self, type_name: str) -> list[tuple[str, str]]:
        """(subgraph, view) for every subgraph that knows an object of this type in some way."""
        type_ = self.types[type_name]
        views = [(subgraph, type_name) for subgraph in type_.subgraphs]
        for interface in sorted(type_.interfaces):
            views.extend(
                (subgraph, interface)
                for subgraph, known in self.types[interface].subgraphs.items()
                if known.is_interface_object
            )
        return views

    def _answers(self, type_name: str, name: str) -> tuple[Answer, ...]:
        """All subgraphs that resolve ``name`` for objects of ``type_name``."""
        return tuple(
            Answer(subgraph, view, found)
            for subgraph, view in self.views(type_name)
            if (found := self.resolvable(view, name, subgraph)) is not None
        )

    def _entries(self, type_name: str) -> tuple[Entry, ...]:
        """All ways into subgraphs for objects of a type (of an interface: by its own keys)."""
        return tuple(
            Entry(subgraph, view, key.fields)
            for subgraph, view in self.views(type_name)
            if self._has_entities(view, subgraph)
            for key in self.types[view].subgraphs[subgraph].keys
            if key.resolvable
        )

    def _setters(self, context: str) -> frozenset[str]:
        """The concrete types that set a context: themselves, by an interface or by a union."""
        return frozenset().union(
            *(
                self.possible(name)
                for name, type_ in self.types.items()
                if any(context in known.contexts for known in type_.subgraphs.values())
            )
        )


_KEPT_LABEL_SETS = 32
_KNOWN: WeakKeyDictionary[Supergraph, dict[frozenset[str], Facts]] = WeakKeyDictionary()


def facts_of(supergraph: Supergraph, labels: frozenset[str]) -> Facts:
    """The remembered facts of a supergraph under the labels that occur in it."""
    active = labels & supergraph.labels
    by_labels = _KNOWN.setdefault(supergraph, {})
    if active not in by_labels:
        if len(by_labels) >= _KEPT_LABEL_SETS:
            by_labels.clear()
        by_labels[active] = Facts(supergraph, active)
    return by_labels[active]
