"""What an operation makes a service do, estimated before any of it is done.

The unit is about half a microsecond of the service's processor: one plain field read. A relation
costs its resolver call for each parent and a statement for all of them together; an object costs
being made. So the cost follows how many rows are asked for, at every level:

    { offers(first: 100) { edges { node { title } } } }      2 000 + 100 edges, nodes, titles
    { places(first: 100) { edges { node { offers(first: 100) … } } } }      10 000 offers: refused

A list's size is its ``first``; without one, a connection has its default and another list 20. What
@skip and @include leave out costs nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphql import (
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from shared.graphql.complexity import INTROSPECTION
from shared.graphql.conditions import is_left_out
from shared.graphql.introspection_cost import IntrospectionCost

STATEMENT = 2_000
RESOLVER_CALL = 50
OBJECT = 10
DEFAULT_COST = 200_000
ASSUMED_LIST = 20
LARGEST_PAGE = 100
MOST_DIGITS = 20
_MEMORY = 50  # costs kept of one document, by the values that they depend on


@dataclass(slots=True)
class CostOf:
    """The cost of one operation, by the values of the variables that it depends on."""

    schema: GraphQLSchema
    document: DocumentNode
    operation: OperationDefinitionNode
    _names: list[str] | None = None
    _known: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _defaults: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self._defaults = {
            each.variable.name.value: _literal(each.default_value)
            for each in self.operation.variable_definitions or ()
            if each.default_value is not None
        }

    def __call__(self, variables: Mapping[str, Any]) -> int:
        """The cost with these raw variables."""
        if self._defaults:
            variables = {**self._defaults, **variables}
        if self._names is not None:
            known = self._known.get(self._key(variables))
            if known is not None:
                return known
        estimate = _Estimate(self.schema, self.document, variables)
        root = self.schema.get_root_type(self.operation.operation)
        estimate.selections(root, self.operation.selection_set, 1, None)
        self._names = sorted(estimate.depends_on)
        if len(self._known) < _MEMORY:
            self._known[self._key(variables)] = estimate.cost
        return estimate.cost

    def _key(self, variables: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(_size(variables.get(name)) for name in self._names or ())


def _literal(node: ValueNode) -> Any:
    """What a size or a condition is read of: a whole number, a Boolean, the values of a list."""
    if isinstance(node, BooleanValueNode):
        return node.value
    return _whole(node.value) if isinstance(node, IntValueNode) else [*getattr(node, "values", ())]


def _whole(digits: str) -> int:
    """An integer; one of more digits than any size has counts as a large one."""
    return int(digits) if len(digits) <= MOST_DIGITS else int(digits[:MOST_DIGITS])


def _size(value: object) -> object:
    return len(value) if isinstance(value, list) else value if isinstance(value, int) else None


class _Estimate:
    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]
    ) -> None:
        self.cost = 0
        self.depends_on: set[str] = set()
        self._schema = schema
        self._variables = variables
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    @cached_property
    def _introspection(self) -> IntrospectionCost:
        """Made once: it walks the whole schema, and a document may ask a hundred times."""
        return IntrospectionCost(self._schema, self._fragments)

    def selections(
        self, parent: object, node: SelectionSetNode | None, parents: int, page: int | None
    ) -> None:
        """Add what is selected of ``parents`` objects; ``page``: they are pages of that size."""
        for selection in node.selections if node is not None else ():
            if selection.directives and is_left_out(selection, self._variables, self.depends_on):
                continue
            if isinstance(selection, FieldNode):
                self._field(parent, selection, parents, page)
                continue
            fragment: Any = selection
            if isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
            else:
                assert isinstance(selection, InlineFragmentNode)  # noqa: S101  no fourth kind
            condition = fragment.type_condition
            type_ = parent if condition is None else self._schema.get_type(condition.name.value)
            self.selections(type_, fragment.selection_set, parents, page)

    def _field(self, parent: object, node: FieldNode, parents: int, page: int | None) -> None:
        name = node.name.value
        found = parent.fields.get(name) if isinstance(parent, GraphQLObjectType) else None
        self.cost += parents
        if found is None:  # __typename, introspection
            if name in INTROSPECTION:
                self.cost += self._introspection.of(node)
            return
        if found.args or not getattr(found.resolve, "_is_default", True):
            self.cost += STATEMENT + RESOLVER_CALL * parents
        if node.selection_set is None:
            return
        size = self._list_size(found, node, page)
        objects = parents * size
        self.cost += OBJECT * objects
        first = self._first(found, node)
        self.selections(get_named_type(found.type), node.selection_set, objects, first)

    def _list_size(self, found: GraphQLField, node: FieldNode, page: int | None) -> int:
        if not is_list_type(get_nullable_type(found.type)):
            return 1
        given = self._argument(node, "representations")
        if given is not None:
            return len(given) if isinstance(given, list) else 1
        return ASSUMED_LIST if page is None else page

    def _first(self, found: GraphQLField, node: FieldNode) -> int | None:
        argument = found.args.get("first")
        if argument is None:
            return None
        given = self._argument(node, "first")
        default = argument.default_value
        size = given if isinstance(given, int) else default
        return min(max(size, 0), LARGEST_PAGE) if isinstance(size, int) else LARGEST_PAGE

    def _argument(self, node: FieldNode, name: str) -> Any:
        for argument in node.arguments or ():
            if argument.name.value != name:
                continue
            if isinstance(argument.value, VariableNode):
                self.depends_on.add(argument.value.name.value)
                return self._variables.get(argument.value.name.value)
            return _literal(argument.value)
        return None
