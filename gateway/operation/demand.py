"""What an operation demands of the subgraphs, by the schema's ``@cost`` and ``@listSize``.

::

    demand(field) = count × (weight + demand(selection)) + demand(arguments)

``weight`` is the ``@cost`` of the field, else of the type it returns, else 1 for objects and 0 for
leaves. ``count`` is 1, or for a list what ``@listSize`` of the field above or of its own says, else
what the settings assume. Arguments weigh what ``@cost`` says of them or of their type; input
objects 1, and what is in them. A mutation weighs 10 more. Apollo Router and Hive Router count so
(IBM's GraphQL Cost Directives specification); here it is the client's operation that is counted,
without what planning adds.

Of the types that an object can be only the dearest counts; what @skip leaves out does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    parse_value,
    value_from_ast_untyped,
)

from gateway.operation.condition import ALWAYS
from gateway.operation.errors import SlicingArgumentMissing
from gateway.operation.formulas import (
    Cost,
    Variables,
    evaluate,
    largest_of,
    product_of,
    sum_of,
)
from gateway.operation.input_demand import argument_demand
from gateway.operation.limits import DemandControl
from gateway.operation.model import Argument, Field, Operation, OperationKind, SelectionSet
from gateway.operation.schema_costs import ListSize, SchemaCosts
from gateway.operation.schema_types import schema_types

MUTATION = 10
Sizes = Mapping[str, Cost]
"""The sizes that a field's ``@listSize`` gives to lists below it, by field name."""


def demand_formula(
    operation: Operation, schema: GraphQLSchema, costs: SchemaCosts, control: DemandControl
) -> Cost:
    """Build the formula of a normalised operation.

    Raises SlicingArgumentMissing (so does the formula) where a list must be sliced and is not.
    """
    demand = _Demanding(schema, costs, control).selection(operation.selection, {})
    return sum_of([MUTATION, demand]) if operation.kind is OperationKind.MUTATION else demand


class _Demanding:
    def __init__(self, schema: GraphQLSchema, costs: SchemaCosts, control: DemandControl) -> None:
        self.schema = schema
        self.costs = costs
        self.control = control
        self.possible = schema_types(schema).possible
        self.says_nothing_of_leaves = not (costs.types or costs.fields or costs.list_sizes)

    def selection(self, selection: SelectionSet, sizes: Sizes) -> Cost:
        """An object is of one type: of ``... on A`` and ``... on B`` the larger counts."""
        fields = selection.fields
        demands = [self.field(field, sizes.get(field.name)) for field in fields]
        if all(field.on >= selection.possible for field in fields):
            return sum_of(demands)
        together = {
            tuple(i for i, field in enumerate(fields) if name in field.on)
            for name in selection.possible
        }
        return largest_of([sum_of([demands[i] for i in some]) for some in sorted(together)])

    def field(self, field: Field, given: Cost | None) -> Cost:
        """``given``: how many there are, if ``@listSize`` of the field above says so."""
        if field.name.startswith("__") or self.is_free(field):
            return 0
        parents = sorted(field.on)
        definition = self.definition(parents[0], field.name)
        own = dict.fromkeys(self.list_size(parent, field.name) for parent in parents)
        expected = {size: self.expected(size, field, definition) for size in own if size}
        sizes = {
            name: largest_of([cost for size, cost in expected.items() if name in size.sized_fields])
            for size in expected
            for name in size.sized_fields
        }
        inner = self.selection(field.selection, sizes) if field.selection else 0
        each = sum_of([max(self.weight(parent, field.name) for parent in parents), inner])
        counts = self.counts(definition, given, list(expected.values()))
        for count in counts:
            each = product_of(count, each)
        demand = largest_of([0, sum_of([each, self.arguments(field, parents)])])
        if field.when == ALWAYS:
            return demand
        when = field.when
        return lambda variables: evaluate(demand, variables) if when.holds(variables) else 0

    def is_free(self, field: Field) -> bool:
        """Whether it is a leaf of which nothing is said: no weight, no size, no arguments."""
        return field.selection is None and not field.arguments and self.says_nothing_of_leaves

    def definition(self, parent: str, name: str) -> GraphQLField:
        field: GraphQLField = self.schema.type_map[parent].fields[name]  # type: ignore[attr-defined]
        return field

    def list_size(self, parent: str, name: str) -> ListSize | None:
        """An interface may say it for all that implement it."""
        found = self.costs.list_sizes.get((parent, name))
        if found is None and self.costs.list_sizes:
            for interface in getattr(self.schema.type_map[parent], "interfaces", ()):
                found = found or self.costs.list_sizes.get((interface.name, name))
        return found

    def weight(self, parent: str, name: str) -> int:
        own = self.costs.fields.get((parent, name))
        if own is not None:
            return own
        returned = get_named_type(self.definition(parent, name).type)
        weights = self.costs.types
        if not is_composite_type(returned):
            return weights.get(returned.name, 0)
        return max(weights.get(concrete, 1) for concrete in self.possible[returned.name])

    def counts(
        self, definition: GraphQLField, given: Cost | None, expected: list[Cost]
    ) -> Iterator[Cost]:
        """Yield a size for each list around the field's type; only the outer one is told of."""
        type_ = definition.type
        known = given if given is not None else largest_of(expected) if expected else None
        while is_list_type(type_) or is_non_null_type(type_):
            if is_list_type(type_):
                yield self.control.list_size if known is None else known
                known = None
            type_ = type_.of_type

    def expected(self, size: ListSize, field: Field, definition: GraphQLField) -> Cost:
        """Return how long the list is: what the slicing arguments say, or what is assumed."""
        written = {a.name: a for a in field.arguments if a.name in size.slicing_arguments}
        defaults = {
            name: value_from_ast_untyped(argument.default.literal)
            for name in size.slicing_arguments
            if (argument := definition.args.get(name))
            and argument.default
            and argument.default.literal
        }

        def sliced(variables: Variables) -> int:
            values = {**defaults, **_values(written, variables)}
            # 1e5 is an Int too, and must not count as if it were not there.
            given = [int(n) for n in values.values() if isinstance(n, int | float) and isfinite(n)]
            refuses = size.require_one and self.control.max is not None
            if size.slicing_arguments and refuses and len(given) != 1:
                _refuse_unsliced(field.name, size.slicing_arguments)
            if given:
                return max(0, min(max(given), self.control.slice))
            return self.control.list_size if size.assumed is None else size.assumed

        return sliced if any(a.variables or a.literals for a in written.values()) else sliced({})

    def arguments(self, field: Field, parents: list[str]) -> Cost:
        return sum_of([self.argument(one, field.name, parents) for one in field.arguments])

    def argument(self, argument: Argument, name: str, parents: list[str]) -> Cost:
        definition = self.definition(parents[0], name).args[argument.name]
        found = (self.costs.arguments.get((parent, name, argument.name)) for parent in parents)
        own = max((weight for weight in found if weight is not None), default=None)
        return argument_demand(argument, definition.type, own, self.costs)


def _refuse_unsliced(field: str, arguments: Sequence[str]) -> None:
    if len(arguments) == 1:
        raise SlicingArgumentMissing(f'"{field}" needs its argument "{arguments[0]}", not as null.')
    names = ", ".join(f'"{name}"' for name in arguments)
    raise SlicingArgumentMissing(f'"{field}" needs exactly one of its arguments {names}.')


def _values(written: Mapping[str, Argument], variables: Variables) -> dict[str, Any]:
    """Return what is given of the slicing arguments; a variable without a value gives nothing."""
    values = {
        name: value_from_ast_untyped(parse_value(argument.text), dict(variables))
        for name, argument in written.items()
    }
    return {name: value for name, value in values.items() if value is not Undefined}
