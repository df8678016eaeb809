"""Which types the literals of a shape must fit, and whether those of a further document do.

A document whose shape was validated before can only be wrong in its literals. Each is held against
the types of all places where it stands, by the check that validation itself uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    get_named_type,
    get_nullable_type,
    is_input_type,
    is_list_type,
    parse_const_value,
    parse_type,
    type_from_ast,
    validate_input_literal,
)

LiteralTypes = tuple[frozenset[str], ...]
"""For each literal of a shape the types, printed, of all its places."""


def literal_types(
    document: DocumentNode, schema: GraphQLSchema, positions: Mapping[int, int]
) -> LiteralTypes:
    """Find the types of a valid document's literals; ``positions``: where each of them begins."""
    found = _Finding(schema, positions)
    if positions:
        for definition in document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                found.directives(definition.directives)
                root = schema.get_root_type(definition.operation)
                found.selections(definition.selection_set, root)
            elif isinstance(definition, FragmentDefinitionNode):
                found.directives(definition.directives)
                type_ = schema.get_type(definition.type_condition.name.value)
                found.selections(definition.selection_set, type_)
    return tuple(frozenset(types) for types in found.types)


class _Finding:
    def __init__(self, schema: GraphQLSchema, positions: Mapping[int, int]) -> None:
        self.schema = schema
        self.positions = positions
        self.types: list[set[str]] = [set() for _ in range(max(positions.values(), default=-1) + 1)]

    def selections(self, node: SelectionSetNode, parent: Any) -> None:
        """Look through a selection set on the type ``parent``; a fragment's once, where it is."""
        for selection in node.selections:
            self.directives(selection.directives)
            below = parent
            if isinstance(selection, FieldNode):
                definition = self.schema.get_field(parent, selection.name.value)
                if definition is None:
                    continue  # the document is valid: cannot be
                self.arguments(selection.arguments, definition.args)
                below = get_named_type(definition.type)
            elif isinstance(selection, InlineFragmentNode) and selection.type_condition:
                below = self.schema.get_type(selection.type_condition.name.value)
            inner = getattr(selection, "selection_set", None)
            if inner is not None:
                self.selections(inner, below)

    def directives(self, nodes: Iterable[DirectiveNode] | None) -> None:
        for node in nodes or ():
            directive = self.schema.get_directive(node.name.value)
            if directive is not None:
                self.arguments(node.arguments, directive.args)

    def arguments(self, nodes: Iterable[ArgumentNode] | None, declared: Mapping[str, Any]) -> None:
        for node in nodes or ():
            if node.name.value in declared:
                self.value(node.value, declared[node.name.value].type)

    def value(self, node: ValueNode, type_: GraphQLInputType) -> None:
        """Note the type of a literal, or of those in a list or object that has variables."""
        number = self.positions.get(node.loc.start) if node.loc else None
        if number is not None:
            self.types[number].add(str(type_))
            return
        inner: Any = get_nullable_type(type_)
        if isinstance(node, ListValueNode):
            for item in node.values:
                self.value(item, inner.of_type if is_list_type(inner) else inner)
        elif isinstance(node, ObjectValueNode):
            while is_list_type(inner):  # one item may stand for a list
                inner = get_nullable_type(inner.of_type)
            if isinstance(inner, GraphQLInputObjectType):
                for field in node.fields:
                    self.value(field.value, inner.fields[field.name.value].type)


class _DoesNotFit(Exception):
    """The first fault is enough: each of them would print the whole literal into its message."""


def _stop(*_fault: object) -> None:
    raise _DoesNotFit


class LiteralCheck:
    """Checks literals of documents whose shape is known, against one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._type_named = lru_cache(maxsize=4_096)(self._parsed)

    def fits(self, literals: Sequence[str], types: LiteralTypes) -> bool:
        """Whether each of ``literals`` is a value of all its types."""
        return all(
            self._is_value(literal, type_)
            for literal, own in zip(literals, types, strict=True)
            for type_ in own
        )

    def _is_value(self, literal: str, type_text: str) -> bool:
        type_ = self._type_named(type_text)
        if type_ is None:
            return False
        try:
            validate_input_literal(parse_const_value(literal, no_location=True), type_, _stop)
        except (_DoesNotFit, RecursionError):
            return False
        return True

    def _parsed(self, text: str) -> GraphQLInputType | None:
        found = type_from_ast(self._schema, parse_type(text))
        return found if is_input_type(found) else None
