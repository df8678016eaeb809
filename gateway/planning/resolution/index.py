"""Who can answer what: the supergraph as the planner asks it, under one set of override labels.

The *declared type* of an object in a subgraph is the name under which the subgraph knows it: its
concrete type, or the name of an interface that is an ``@interfaceObject`` there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from gateway.operation.model import OperationKind
from gateway.supergraph.field_set import FieldSelection, FieldSet
from gateway.supergraph.model import (
    FieldInSubgraph,
    Override,
    Supergraph,
    SupergraphField,
    SupergraphType,
    TypeInSubgraph,
)


@dataclass(frozen=True, slots=True)
class EntityKey:
    """A way into a subgraph: its ``_entities`` takes ``declared_type`` by ``fields``.

    Without ``fields``: a root type, which is entered by asking the subgraph again.
    """

    subgraph: str
    declared_type: str
    fields: FieldSet


@dataclass(frozen=True, slots=True)
class Resolver:
    """A subgraph that resolves a field of a type, as a field of ``declared_type``."""

    subgraph: str
    declared_type: str
    field: FieldInSubgraph


class ResolutionIndex:
    """Looks one supergraph up; what was looked up is remembered.

    ``signatures`` is the memo of ``equivalence``, which describes types by what stands here,
    ``levels_entered`` and those after it that of ``least_levels``.
    """

    def __init__(self, supergraph: Supergraph, labels: frozenset[str]) -> None:
        """What is asked again and again is remembered, for as long as the supergraph is.

        So it must not hold the supergraph itself.
        """
        self.api_types = supergraph.api_schema.type_map
        self.types = supergraph.types
        self.subgraphs = tuple(supergraph.subgraphs)
        self.roots = frozenset(supergraph.roots.values())
        self.mutation_root = supergraph.roots.get(OperationKind.MUTATION)
        self.signatures: dict[tuple[str, str, frozenset[str]], int] = {}
        self.signature_numbers: dict[object, int] = {}
        self.levels_entered: dict[tuple[str, str, int], Mapping[str, int]] = {}
        self.levels_of_fields: dict[tuple[str, str, str], Mapping[str, int]] = {}
        self.levels_of_selections: dict[tuple[str, FieldSet, str], int | None] = {}
        self._labels = labels & supergraph.labels
        self._taken_over = frozenset(self._overrides_in_force())
        # Bound per instance: the caches go when the supergraph does.
        self.resolvable = lru_cache(maxsize=None)(self._resolvable)
        self.resolvers = lru_cache(maxsize=None)(self._resolvers)
        self.entity_keys = lru_cache(maxsize=None)(self._entity_keys)
        self.context_setters = lru_cache(maxsize=None)(self._context_setters)
        self.type_conditions = lru_cache(maxsize=None)(self._type_conditions)
        self.choices = lru_cache(maxsize=None)(self._choices)
        self.providers = lru_cache(maxsize=None)(self._providers)
        self.only_resolver = lru_cache(maxsize=None)(self._only_resolver)
        self.has_plainly = lru_cache(maxsize=None)(self._has_plainly)
        self._provided = frozenset(_provided_names(self.types.values()))

    def field(self, type_name: str, name: str) -> SupergraphField:
        """The supergraph's field."""
        return self.types[type_name].fields[name]

    def have_field(self, types: Iterable[str], name: str) -> bool:
        """Whether every one of ``types`` has the field."""
        return all(name in self.types[type_name].fields for type_name in types)

    def declared(self, type_name: str, name: str, subgraph: str) -> FieldInSubgraph | None:
        """The field as ``subgraph`` declares it, resolvable or not."""
        in_subgraph = self.in_subgraph(type_name, subgraph)
        return in_subgraph.fields.get(name) if in_subgraph else None

    def declaration(self, type_name: str, name: str, subgraph: str) -> FieldInSubgraph:
        """The same for a field that ``subgraph`` is known to declare."""
        return self.types[type_name].subgraphs[subgraph].fields[name]

    def _resolvable(self, type_name: str, name: str, subgraph: str) -> FieldInSubgraph | None:
        """The field if ``subgraph`` resolves it for everybody (not external, not taken over)."""
        declared = self.declared(type_name, name, subgraph)
        if declared is None or declared.external or declared.used_overridden:
            return None
        if declared.override is not None and not self._is_in_force(declared.override):
            return None
        return None if self.is_taken_over(type_name, name, subgraph) else declared

    def is_taken_over(self, type_name: str, name: str, subgraph: str) -> bool:
        """Whether another subgraph's ``@override`` of the field is in force."""
        return (type_name, name, subgraph) in self._taken_over

    def _overrides_in_force(self) -> Iterator[tuple[str, str, str]]:
        """(type, field, subgraph that loses it)."""
        for type_name, type_ in self.types.items():
            for subgraph, in_subgraph in type_.subgraphs.items():
                for name, declared in in_subgraph.fields.items():
                    override = declared.override
                    if override and override.origin != subgraph and self._is_in_force(override):
                        yield type_name, name, override.origin

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

    def is_interface_object(self, type_name: str, subgraph: str) -> bool:
        """Whether ``subgraph`` cannot tell the concrete types of this interface apart."""
        in_subgraph = self.in_subgraph(type_name, subgraph)
        return in_subgraph is not None and in_subgraph.is_interface_object

    def possible(self, type_name: str, subgraph: str | None = None) -> frozenset[str]:
        """Concrete types a type can be, in all subgraphs or as far as one of them knows.

        Where a subgraph cannot tell them apart it may return any.
        """
        type_ = self.types[type_name]
        if subgraph is None or self.is_interface_object(type_name, subgraph):
            return type_.possible
        in_subgraph = type_.subgraphs.get(subgraph)
        if in_subgraph is None:
            return frozenset()
        return in_subgraph.possible or (type_.possible & {type_name})

    def _has_entities(self, declared_type: str, subgraph: str) -> bool:
        """An interface's own keys lead nowhere in a subgraph that implements it by no type."""
        known = self.types[declared_type].subgraphs[subgraph]
        return known.is_interface_object or bool(known.possible)

    def declared_types(self, type_name: str) -> list[tuple[str, str]]:
        """(subgraph, declared type) for every subgraph that knows such an object in some way."""
        type_ = self.types[type_name]
        found = [(subgraph, type_name) for subgraph in type_.subgraphs]
        for interface in sorted(type_.interfaces):
            found.extend(
                (subgraph, interface)
                for subgraph, known in self.types[interface].subgraphs.items()
                if known.is_interface_object
            )
        return found

    def _resolvers(self, type_name: str, name: str) -> tuple[Resolver, ...]:
        """All subgraphs that resolve ``name`` for objects of ``type_name``."""
        return tuple(
            Resolver(subgraph, declared_type, found)
            for subgraph, declared_type in self.declared_types(type_name)
            if (found := self.resolvable(declared_type, name, subgraph)) is not None
        )

    def _only_resolver(self, type_name: str, name: str) -> str | None:
        """The one subgraph that resolves a field, if there is just one."""
        if name not in self.types[type_name].fields:
            return None
        subgraphs = {resolver.subgraph for resolver in self.resolvers(type_name, name)}
        return subgraphs.pop() if len(subgraphs) == 1 else None

    def _has_plainly(self, type_name: str, name: str, subgraph: str) -> bool:
        """Whether ``subgraph`` resolves a field of a concrete type with nothing more to it.

        What it returns is a leaf, or objects of one concrete type that it knows as such.
        """
        type_ = self.types[type_name]
        if type_.kind.is_abstract or name not in type_.fields:
            return False
        found = self.resolvable(type_name, name, subgraph)
        if found is None or found.requires or found.provides or found.context_arguments:
            return False
        returned = type_.fields[name].type.name
        if not self.is_composite(returned):
            return True
        return (
            found.type.name == returned
            and not self.is_abstract(returned)
            and returned not in self.roots
            and self.possible(returned, subgraph) == self.possible(returned) == {returned}
        )

    def _choices(self, type_name: str, name: str) -> frozenset[str]:
        """The subgraphs that may answer ``name`` somewhere: by resolving it, or by providing it."""
        resolving = {resolver.subgraph for resolver in self.resolvers(type_name, name)}
        return self.providers(type_name, name) | resolving

    def _providers(self, type_name: str, name: str) -> frozenset[str]:
        """The subgraphs of which some ``@provides`` may make ``name`` available."""
        return frozenset(
            subgraph
            for subgraph, declared_type in self.declared_types(type_name)
            if (subgraph, name) in self._provided
            and self.declared(declared_type, name, subgraph) is not None
        )

    def _entity_keys(self, type_name: str) -> tuple[EntityKey, ...]:
        """All ways into subgraphs for objects of a type (of an interface: by its own keys)."""
        return tuple(
            EntityKey(subgraph, declared_type, key.fields)
            for subgraph, declared_type in self.declared_types(type_name)
            if self._has_entities(declared_type, subgraph)
            for key in self.types[declared_type].subgraphs[subgraph].keys
            if key.resolvable
        )

    def _context_setters(self, context: str) -> frozenset[str]:
        """The concrete types that set a context: themselves, by an interface or by a union."""
        return frozenset().union(
            *(
                self.possible(name)
                for name, type_ in self.types.items()
                if any(context in known.contexts for known in type_.subgraphs.values())
            )
        )

    def _type_conditions(self) -> tuple[frozenset[str], ...]:
        """The types that fragments in any ``@provides`` or ``@requires`` tell apart."""
        found = {
            name
            for type_ in self.types.values()
            for selections in _field_sets(type_)
            for name in _fragment_types(selections)
        }
        return tuple(self.possible(name) for name in sorted(found))


def _provided_names(types: Iterable[SupergraphType]) -> Iterator[tuple[str, str]]:
    """(subgraph, name) of all fields that any ``@provides`` of a subgraph names."""
    for type_ in types:
        for subgraph, in_subgraph in type_.subgraphs.items():
            for declared in in_subgraph.fields.values():
                for name in _all_names(declared.provides or ()):
                    yield subgraph, name


def _all_names(selections: FieldSet) -> Iterator[str]:
    for selection in selections:
        if isinstance(selection, FieldSelection):
            yield selection.name
        yield from _all_names(selection.selections)


def _field_sets(type_: SupergraphType) -> Iterator[FieldSet]:
    for in_subgraph in type_.subgraphs.values():
        for declared in in_subgraph.fields.values():
            yield declared.provides or ()
            yield declared.requires or ()


def _fragment_types(selections: FieldSet) -> Iterator[str]:
    for selection in selections:
        if not isinstance(selection, FieldSelection):
            yield selection.type_condition
        yield from _fragment_types(selection.selections)


_KEPT_LABEL_SETS = 32
_KNOWN: WeakKeyDictionary[Supergraph, dict[frozenset[str], ResolutionIndex]] = WeakKeyDictionary()


def resolution_index(supergraph: Supergraph, labels: frozenset[str]) -> ResolutionIndex:
    """The remembered index of a supergraph under the labels that occur in it."""
    active = labels & supergraph.labels
    by_labels = _KNOWN.setdefault(supergraph, {})
    if active not in by_labels:
        if len(by_labels) >= _KEPT_LABEL_SETS:
            by_labels.clear()
        by_labels[active] = ResolutionIndex(supergraph, active)
    return by_labels[active]
