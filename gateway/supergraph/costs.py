"""``@cost`` and ``@listSize`` of a supergraph, under the names it imports them as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import (
    DocumentNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
)

from gateway.operation.schema_costs import NO_COSTS, ListSize, SchemaCosts
from gateway.supergraph.directives import Value, WithDirectives, applied, flag
from gateway.supergraph.links import Features


def read_costs(document: DocumentNode, features: Features) -> SchemaCosts:
    """Return what the document says; a ``@cost`` that no linked specification brings is not it."""
    if "cost" not in features.prefixes:
        return NO_COSTS
    return _Reading(features).read(document)


class _Reading:
    def __init__(self, features: Features) -> None:
        self.cost = features.directive("cost")
        self.list_size = features.directive("cost", "listSize")
        self.types: dict[str, int] = {}
        self.fields: dict[tuple[str, str], int] = {}
        self.arguments: dict[tuple[str, str, str], int] = {}
        self.input_fields: dict[tuple[str, str], int] = {}
        self.list_sizes: dict[tuple[str, str], ListSize] = {}

    def read(self, document: DocumentNode) -> SchemaCosts:
        for definition in document.definitions:
            if isinstance(definition, TypeDefinitionNode):
                self.read_type(definition)
        return SchemaCosts(
            self.types, self.fields, self.arguments, self.input_fields, self.list_sizes
        )

    def read_type(self, node: TypeDefinitionNode) -> None:
        name = node.name.value
        self.types.update((name, weight) for weight in self.weights(node))
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            for field in node.fields or ():
                self.read_field(name, field)
        elif isinstance(node, InputObjectTypeDefinitionNode):
            for value in node.fields or ():
                coordinate = (name, value.name.value)
                self.input_fields.update((coordinate, weight) for weight in self.weights(value))

    def read_field(self, parent: str, node: FieldDefinitionNode) -> None:
        name = node.name.value
        self.fields.update(((parent, name), weight) for weight in self.weights(node))
        for argument in node.arguments or ():
            coordinate = (parent, name, argument.name.value)
            self.arguments.update((coordinate, weight) for weight in self.weights(argument))
        for given in applied(node, self.list_size):
            self.list_sizes[parent, name] = ListSize(
                assumed=_integer(given, "assumedSize"),
                slicing_arguments=_names(given, "slicingArguments"),
                sized_fields=frozenset(_names(given, "sizedFields")),
                require_one=flag(given, "requireOneSlicingArgument", default=True),
            )

    def weights(self, node: WithDirectives) -> Iterator[int]:
        for given in applied(node, self.cost):
            weight = _integer(given, "weight")
            if weight is not None:
                yield weight


def _integer(given: Mapping[str, Value], name: str) -> int | None:
    """Supergraphs of composers that follow IBM more closely write weights as strings."""
    value = given.get(name)
    try:
        return int(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _names(given: Mapping[str, Value], name: str) -> tuple[str, ...]:
    value = given.get(name)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
