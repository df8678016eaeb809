"""The cost of an operation: its fields, times the sizes of the lists around them.

A list's size is the value of a slicing argument (``first: 50``) on the field, or on the field
above when that is no list itself (a connection: ``items(first: 50) { edges { ... } }``); otherwise
a size is assumed. Arguments may be variables, so the cost is a formula, made once per operation and
evaluated per request.
"""

from __future__ import annotations

from math import isfinite

from graphql import GraphQLObjectType, GraphQLSchema, IntValueNode, is_list_type, is_non_null_type

from gateway.operation.formulas import Cost, Variables, largest_of, product_of, sum_of
from gateway.operation.limits import Limits
from gateway.operation.model import Field, Operation, SelectionSet


def cost_formula(operation: Operation, schema: GraphQLSchema, limits: Limits) -> Cost:
    """Build the formula of a normalised operation."""
    return _Costing(operation, schema, limits).selection(operation.selection, None)


class _Costing:
    def __init__(self, operation: Operation, schema: GraphQLSchema, limits: Limits) -> None:
        self.defaults = {
            name: _integer(v.default) for name, v in operation.variables.items() if v.default
        }
        self.schema = schema
        self.limits = limits

    def selection(self, selection: SelectionSet, sliced: Cost | None) -> Cost:
        """``sliced``: the size that the field above gives to lists directly in here."""
        return sum_of([self.field(field, sliced) for field in selection.fields])

    def field(self, field: Field, sliced: Cost | None) -> Cost:
        if field.selection is None or field.name.startswith("__"):
            return 1
        lists = self.lists(field)
        size = self.slicing(field)
        inner = self.selection(field.selection, None if lists else size)
        for level in range(lists):
            assumed = self.limits.list_size
            given = size if size is not None else sliced
            inner = product_of(assumed if given is None or level else given, inner)
        return sum_of([1, inner])

    def lists(self, field: Field) -> int:
        """Return how many lists stand around the field's type."""
        parent = self.schema.type_map[min(field.on)]
        if not isinstance(parent, GraphQLObjectType):
            return 0
        type_ = parent.fields[field.name].type
        count = 0
        while is_list_type(type_) or is_non_null_type(type_):
            count += is_list_type(type_)
            type_ = type_.of_type
        return count

    def slicing(self, field: Field) -> Cost | None:
        """Return the size that the field's own arguments ask for: of several the largest.

        Which of ``first: 1, last: 900`` a subgraph goes by is not known, and null asks for nothing.
        """
        written = {
            a.name: a.text for a in field.arguments if a.name in self.limits.slicing_arguments
        }
        sizes = [size for text in written.values() if (size := self.size(text)) is not None]
        if sizes:
            return largest_of(sizes)
        parent = self.schema.type_map[min(field.on)]
        declared = parent.fields[field.name].args if isinstance(parent, GraphQLObjectType) else {}
        for name in sorted((self.limits.slicing_arguments & declared.keys()) - written.keys()):
            default = declared[name].default
            literal = default.literal if default else None
            if isinstance(literal, IntValueNode):
                return self.bounded(int(literal.value))
        return None

    def size(self, text: str) -> Cost | None:
        """The size that an argument's text asks for; None if it is no number (``null``)."""
        if not text.startswith("$"):
            number = _integer(text)
            return None if number is None else self.bounded(number)
        name = text[1:]
        default = self.defaults.get(name)

        def from_variable(variables: Variables) -> int:
            value = variables.get(name, default)
            # 1e5 is an Int too, and must not count as if it were not there.
            if isinstance(value, int | float) and isfinite(value):
                return self.bounded(int(value))
            return self.limits.list_size

        return from_variable

    def bounded(self, number: int) -> int:
        """A subgraph refuses what is absurd; a size past ``slice`` counts as that much."""
        return max(1, min(number, self.limits.slice))


def _integer(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None
