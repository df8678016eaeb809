"""Growing the selection tree of one operation.

A field of the client becomes one node per group of concrete types that can be planned as one
(``resolution.equivalence``). The search adds the fields of keys and requirements, as internal
ones: they are named last (``passes.name_internal_fields``), when it is known which are asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from itertools import count

import msgspec

from gateway.operation.model import Argument, Directive, Field, SelectionSet
from gateway.planning.budget import Budget
from gateway.planning.resolution import ResolutionIndex, group_equivalent
from gateway.planning.tree.nodes import Arguments, FieldNode, ObjectNode

Denied = Mapping[tuple[str, ...], frozenset[str]]
"""Response keys from the root → concrete types on whose objects that field is not asked."""


class _Below(msgspec.Struct, frozen=True):
    """What is below a field: see ``ObjectNode``. A tree asks for few different ones."""

    possible: frozenset[str]
    returning: frozenset[str]
    declaring: frozenset[str]


class SelectionTree:
    """Makes the nodes of one operation; each costs ``budget`` a state."""

    def __init__(self, index: ResolutionIndex, denied: Denied, budget: Budget) -> None:
        self.index = index
        self.budget = budget
        self._denied = denied
        self._numbers = count(1)
        self._below: dict[tuple[object, ...], _Below] = {}
        self._groups: dict[tuple[object, ...], list[frozenset[str]]] = {}

    def limited(self, budget: Budget) -> SelectionTree:
        """The same tree, on which what grows from now on costs another budget."""
        tree = copy(self)
        tree.budget = budget
        return tree

    def root(self, selection: SelectionSet) -> ObjectNode:
        """The operation's root object: every subgraph can load it."""
        everywhere = frozenset(self.index.subgraphs)
        root = frozenset({selection.type})
        return ObjectNode(
            None, selection.type, root, everywhere, everywhere, selection, is_abstract=False
        )

    @property
    def denies_some(self) -> bool:
        """Whether any field is denied."""
        return bool(self._denied)

    def is_denied(self, path: tuple[str, ...]) -> bool:
        """Whether the field at ``path`` is denied on some type: objects have to be told apart."""
        return path in self._denied

    def client_fields(
        self, object_node: ObjectNode, asked: Field, at: tuple[str, ...]
    ) -> list[FieldNode]:
        """Nodes for a client's field, one per group of types that can be planned as one."""
        on = (asked.on & object_node.possible) - self._denied.get((*at, asked.key), frozenset())
        return [
            self._field(
                object_node, types, asked.name, asked.arguments, asked.directives, asked.key,
                asked.selection,
            )
            for types in self.group_equivalent(object_node, on, asked.name)
        ]  # fmt: skip

    def internal_field(
        self, object_node: ObjectNode, types: frozenset[str], name: str, arguments: Arguments
    ) -> FieldNode:
        """The node of a key's or requirement's field: the client's own where it asks the same."""
        key = (types, name, arguments)
        known = object_node.inputs.get(key)
        if known is None:
            known = object_node.inputs[key] = self._input_field(object_node, *key)
        return known

    def _input_field(
        self, object_node: ObjectNode, types: frozenset[str], name: str, arguments: Arguments
    ) -> FieldNode:
        for known in object_node.fields:
            covers = types == known.types or (types < known.types and not known.is_mixed)
            if covers and known.asks(name, arguments):
                return known
        printed = tuple(Argument(argument, text) for argument, text in arguments)
        made = self._field(object_node, types, name, printed, (), "", None)
        made.is_mixed = len(self.group_equivalent(object_node, types, name)) > 1
        return made

    def group_equivalent(
        self, object_node: ObjectNode, types: frozenset[str], name: str
    ) -> list[frozenset[str]]:
        """Partition ``types`` into groups that can be planned as one for the field ``name``."""
        declaring = object_node.declaring_subgraphs
        key = (types, name, declaring)
        known = self._groups.get(key)
        if known is None:
            known = self._groups[key] = group_equivalent(self.index, types, name, declaring)
        return known

    def _field(
        self,
        object_node: ObjectNode,
        types: frozenset[str],
        name: str,
        arguments: tuple[Argument, ...],
        directives: tuple[Directive, ...],
        key: str,
        selection: SelectionSet | None,
    ) -> FieldNode:
        """Add a field to ``object_node``, with the objects below it if it is composite."""
        self.budget.spend()
        representative = min(types)
        declared = self.index.field(representative, name).type
        made = FieldNode(
            object_node, types, representative, name, arguments, directives, key,
            next(self._numbers), declared.name, declared.lists, is_internal=not key,
        )  # fmt: skip
        if self.index.is_composite(declared.name):
            made.child = self._child(made, selection)
        object_node.fields.append(made)
        return made

    def _child(self, field: FieldNode, selection: SelectionSet | None) -> ObjectNode:
        """The objects below a field."""
        above = field.parent
        key = (
            field.representative, field.name, above.type_name,
            above.returning_subgraphs, above.declaring_subgraphs,
        )  # fmt: skip
        below = self._below.get(key)
        if below is None:
            below = self._below[key] = self._find_below(field)
        return ObjectNode(
            field,
            field.type_name,
            below.possible,
            below.returning,
            below.declaring,
            selection,
            self.index.is_abstract(field.type_name),
        )

    def _find_below(self, field: FieldNode) -> _Below:
        """Of those types that everybody who may return the objects can."""
        returning = self._returning(field)
        possible = self.index.possible(field.type_name)
        for subgraph, type_name in returning.items():
            possible &= self.index.possible(type_name, subgraph)
        return _Below(possible, frozenset(returning), self._declaring(field))

    def _declaring(self, field: FieldNode) -> frozenset[str]:
        entered = {subgraph for subgraph, _ in self._entered(field)}
        return frozenset(
            subgraph
            for subgraph, declared_type in self.index.declared_types(field.representative)
            if self.index.declared(declared_type, field.name, subgraph) is not None
            and (subgraph in field.parent.declaring_subgraphs or subgraph in entered)
        )

    def _entered(self, field: FieldNode) -> set[tuple[str, str]]:
        """(subgraph, declared type) that objects with the field can be entered as."""
        if field.parent.type_name in self.index.roots:
            # A root is entered without a key.
            return set(self.index.declared_types(field.representative))
        keys = self.index.entity_keys(field.representative)
        return {(key.subgraph, key.declared_type) for key in keys}

    def _returning(self, field: FieldNode) -> dict[str, str]:
        """Subgraphs that may return the field's value → the type they declare for it.

        All of them must be able to return an object for it to be asked for: which of them answers
        is the planner's choice, so a type that only some know cannot be told apart from one that
        none returns (composition's hint INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN).
        """
        resolvers = self.index.resolvers(field.representative, field.name)
        entered = self._entered(field)
        found = {
            resolver.subgraph: resolver.field.type.name
            for resolver in resolvers
            if resolver.subgraph in field.parent.returning_subgraphs
            or (resolver.subgraph, resolver.declared_type) in entered
        }
        return found or {resolver.subgraph: resolver.field.type.name for resolver in resolvers}
