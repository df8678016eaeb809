"""What asking for the schema costs: it runs in one piece, field by field, and has no pages.

Sizes are those of this schema, on average: so many types, so many fields each. Aliases multiply
them as they do the work::

    { __schema { types { a: fields { name } b: fields { name } … } } }
"""

from collections.abc import Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
)

FIELD_COST = 12  # in the unit of ``cost``: a field costs 6 µs, whatever is behind it
_WRAPPED = 0.5  # types that are lists or not null, which ofType goes on from


class IntrospectionCost:
    """``of(node)``: the cost of ``__schema { … }`` or ``__type { … }``, once."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> None:
        self._fragments = fragments
        self._sizes = average_sizes(schema)

    def of(self, node: FieldNode) -> int:
        """Of one field and all below it."""
        return int(self._field(node))

    def _field(self, node: FieldNode) -> float:
        size = self._sizes.get(node.name.value, 1.0)
        return FIELD_COST + size * self._selections(node.selection_set)

    def _selections(self, node: SelectionSetNode | None) -> float:
        cost = 0.0
        for selection in node.selections if node is not None else ():
            if isinstance(selection, FieldNode):
                cost += self._field(selection)
            elif isinstance(selection, FragmentSpreadNode):
                cost += self._selections(self._fragments[selection.name.value].selection_set)
            else:
                cost += self._selections(getattr(selection, "selection_set", None))
        return cost


def average_sizes(schema: GraphQLSchema) -> Mapping[str, float]:
    """How many objects stand below one field of introspection, by its name."""
    types = list(schema.type_map.values())
    objects = [each for each in types if isinstance(each, GraphQLObjectType | GraphQLInterfaceType)]
    fields = [field for each in objects for field in each.fields.values()]
    inputs = sum(len(each.fields) for each in types if isinstance(each, GraphQLInputObjectType))
    values = sum(len(each.values) for each in types if isinstance(each, GraphQLEnumType))
    return {
        "types": len(types),
        "fields": len(fields) / len(types),
        "args": sum(len(field.args) for field in fields) / max(1, len(fields)),
        "inputFields": inputs / len(types),
        "enumValues": values / len(types),
        "interfaces": sum(len(each.interfaces) for each in objects) / len(types),
        "possibleTypes": 1.0,
        "directives": len(schema.directives),
        "ofType": _WRAPPED,
    }
