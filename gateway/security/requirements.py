"""Which fields of an operation need something of the caller (``@authenticated`` and its kin).

The effective requirement of a field on a concrete type is the sum of: the type's, the field's (and
those of the interfaces that declare it), the returned type's, and all that its ``@requires`` and
``@fromContext`` selections need: data that one may not read must not come in by another's
computation. Fields of abstract positions are looked at for each concrete type that they apply to,
so that neither an interface nor a union is a way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from gateway.operation.model import Field, Operation, SelectionSet
from gateway.supergraph import Requirement, Supergraph
from gateway.supergraph.field_set import FieldSet, FragmentSelection
from gateway.supergraph.model import SupergraphType, TypeInSubgraph

Needs = frozenset[Requirement]


@dataclass(frozen=True, slots=True)
class ProtectedField:
    """The field at ``path`` (response keys from the root) on objects of the types ``on``.

    ``needs`` are indices into ``Protection.requirements``; each must be satisfied.
    """

    path: tuple[str, ...]
    on: frozenset[str]
    needs: frozenset[int]


@dataclass(frozen=True, slots=True)
class Protection:
    """All that an operation touches of protected fields. Empty for most."""

    requirements: tuple[Requirement, ...] = ()
    fields: tuple[ProtectedField, ...] = ()


NO_PROTECTION = Protection()


def protection_of(operation: Operation, supergraph: Supergraph) -> Protection:
    """Find the protected fields of ``operation``."""
    if not _has_requirements(supergraph):
        return NO_PROTECTION
    reading = _Reading(supergraph)
    found = list(reading.selection(operation.selection, ()))
    if not found:
        return NO_PROTECTION
    requirements = tuple(dict.fromkeys(need for _, _, needs in found for need in needs))
    index = {requirement: number for number, requirement in enumerate(requirements)}
    return Protection(
        requirements,
        tuple(
            ProtectedField(path, on, frozenset(index[need] for need in needs))
            for path, on, needs in found
        ),
    )


_WITH_REQUIREMENTS: WeakKeyDictionary[Supergraph, bool] = WeakKeyDictionary()


def _has_requirements(supergraph: Supergraph) -> bool:
    """Whether anything in it is protected: most supergraphs leave that to their subgraphs."""
    known = _WITH_REQUIREMENTS.get(supergraph)
    if known is None:
        known = _WITH_REQUIREMENTS[supergraph] = any(
            type_.requirement or any(field.requirement for field in type_.fields.values())
            for type_ in supergraph.types.values()
        )
    return known


class _Reading:
    def __init__(self, supergraph: Supergraph) -> None:
        self.types = supergraph.types
        self.known: dict[tuple[str, str], Needs] = {}

    def selection(
        self, selection: SelectionSet, path: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], frozenset[str], Needs]]:
        for field in selection.fields:
            below = (*path, field.key)
            for needs, on in self.grouped(field).items():
                if needs:
                    yield below, on, needs
            if field.selection is not None:
                yield from self.selection(field.selection, below)

    def grouped(self, field: Field) -> dict[Needs, frozenset[str]]:
        """Group the types of a field by what it needs on them."""
        groups: dict[Needs, frozenset[str]] = {}
        for type_name in sorted(field.on):
            needs = self.needs(type_name, field.name)
            groups[needs] = groups.get(needs, frozenset()) | {type_name}
        return groups

    def needs(self, type_name: str, field_name: str) -> Needs:
        """What ``field_name`` needs on objects of ``type_name``: its own, and of all it is made of.

        Fields may require each other in a circle (where one of them is had elsewhere, too), so
        what is known of a field that is still being read says nothing of the others.
        """
        start = type_name, field_name
        if start not in self.known:
            reached, ahead = {start}, [start]
            while ahead:
                further = set(self.made_of(*ahead.pop())) - reached
                reached |= further
                ahead += further
            self.known[start] = frozenset(need for at in reached for need in self.own(*at))
        return self.known[start]

    def own(self, type_name: str, field_name: str) -> Iterator[Requirement]:
        """What the schema says of a field, of its type and of the type that it returns."""
        type_ = self.types.get(type_name)
        if type_ is None or field_name.startswith("__"):
            return
        yield from _own(type_.requirement)
        for declaring in (type_, *(self.types[name] for name in sorted(type_.interfaces))):
            field = declaring.fields.get(field_name)
            if field is not None:
                yield from _own(field.requirement)
        field = type_.fields.get(field_name)
        if field is not None and field.type.name in self.types:
            yield from _own(self.types[field.type.name].requirement)

    def made_of(self, type_name: str, field_name: str) -> Iterator[tuple[str, str]]:
        """The fields that subgraphs ask for to compute one."""
        type_ = self.types.get(type_name)
        if type_ is None or field_name.startswith("__"):
            return
        for known in self.declarations(type_):
            field = known.fields.get(field_name)
            if field is None:
                continue
            if field.requires is not None:
                yield from self.field_set(field.requires, type_.name)
            for argument in field.context_arguments:
                for holder in self.types.values():
                    if any(argument.context in k.contexts for k in holder.subgraphs.values()):
                        yield from self.field_set(argument.selection, holder.name)

    def declarations(self, type_: SupergraphType) -> Iterator[TypeInSubgraph]:
        """What subgraphs say of a type, be it as an interface object."""
        yield from type_.subgraphs.values()
        for interface in sorted(type_.interfaces):
            yield from self.types[interface].subgraphs.values()

    def field_set(self, selections: FieldSet, type_name: str) -> Iterator[tuple[str, str]]:
        type_ = self.types.get(type_name)
        if type_ is None:
            return
        for selection in selections:
            if isinstance(selection, FragmentSelection):
                yield from self.field_set(selection.selections, selection.type_condition)
                continue
            for possible in sorted(type_.possible | {type_name}):
                yield possible, selection.name
            field = type_.fields.get(selection.name)
            if field is not None and selection.selections:
                yield from self.field_set(selection.selections, field.type.name)


def _own(requirement: Requirement) -> Iterator[Requirement]:
    if requirement:
        yield requirement
