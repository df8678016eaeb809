"""Everything that depends only on an operation's text, done once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    Visitor,
    visit,
)
from graphql.language import BREAK

from gateway.operation.cost import cost_formula
from gateway.operation.demand import demand_formula
from gateway.operation.documents import parse_document, validate_document
from gateway.operation.errors import OperationUnsupported, TooComplex
from gateway.operation.formulas import Cost
from gateway.operation.introspection import introspection_document, without_introspection
from gateway.operation.introspection_size import check_introspection
from gateway.operation.limits import Limits, Measure, measure_operation
from gateway.operation.literal_types import LiteralTypes, literal_types
from gateway.operation.model import Operation
from gateway.operation.normalise import normalise, select_operation
from gateway.operation.quick_parser import parse_quickly
from gateway.operation.quick_validation import is_plainly_valid
from gateway.operation.schema_costs import NO_COSTS, SchemaCosts
from gateway.operation.shape import placeholder
from gateway.operation.variables import (
    Coercion,
    VariableInputs,
    variable_coercion,
    variable_inputs,
)
from shared.validation.nesting import NESTED_TOO_DEEPLY


@dataclass(frozen=True, slots=True)
class ReadOperation:
    """A valid operation within its limits, as data: it can travel between processes.

    ``introspection`` is the document that answers the operation's introspection. ``hash`` names
    the operation in logs, unless ``keep`` is False: a mutation with string literals may hold a
    password, so that the text is not remembered, and not even its hash told (one could try
    passwords against it).
    """

    operation: Operation
    introspection: DocumentNode | None
    inputs: VariableInputs
    literal_types: LiteralTypes
    measure: Measure
    hash: str
    keep: bool


@dataclass(frozen=True, slots=True)
class CompiledOperation:
    """A read operation with the functions that each request calls.

    ``cost`` and ``demand`` take the values of variables, and those of open literals under their
    placeholders.
    """

    operation: Operation
    introspection: DocumentNode | None
    coerce: Coercion
    literal_types: LiteralTypes
    cost: Cost
    demand: Cost
    measure: Measure
    hash: str
    keep: bool


@dataclass(frozen=True, slots=True)
class OperationCompiler:
    """Compiles operations for one API schema; ``costs`` is what the supergraph says of it."""

    schema: GraphQLSchema
    limits: Limits
    costs: SchemaCosts = NO_COSTS
    hide_suggestions: bool = False

    def compile(self, text: str, operation_name: str | None) -> CompiledOperation:
        """Parse, measure, validate and normalise. Raises OperationRefused."""
        return self.link(self.read(text, operation_name))

    def read(
        self, text: str, operation_name: str | None, positions: Mapping[int, int] | None = None
    ) -> ReadOperation:
        """Do the long part of compiling, which gives data. Raises OperationRefused.

        ``positions``: where literals begin that are left open, and which of the shape's they are.
        """
        try:
            return self._read(text, operation_name, positions or {})
        except RecursionError:
            raise TooComplex(NESTED_TOO_DEEPLY) from None

    def _read(
        self, text: str, operation_name: str | None, positions: Mapping[int, int]
    ) -> ReadOperation:
        tokens = self.limits.tokens
        quick = parse_quickly(text, tokens)
        document = quick or parse_document(text, tokens)
        node = select_operation(document, operation_name)
        if node.operation is OperationType.SUBSCRIPTION:  # whether or not the schema has any
            raise OperationUnsupported("Subscriptions are not served here.")
        measure = measure_operation(document, node)
        measure.check(self.limits)
        if not is_plainly_valid(document, text, self.schema):
            if quick is not None:  # it has no locations, which errors tell
                document = parse_document(text, tokens)
                node = select_operation(document, operation_name)
            validate_document(document, text, self.schema, hide_suggestions=self.hide_suggestions)
        places = {start: placeholder(number) for start, number in positions.items()}
        operation = normalise(document, operation_name, self.schema, places)
        introspection = introspection_document(document, node)
        if introspection is not None:
            check_introspection(operation, self.schema)
        return ReadOperation(
            operation=operation,
            introspection=introspection,
            inputs=variable_inputs(document, node),
            literal_types=literal_types(document, self.schema, positions),
            measure=measure,
            hash=hashlib.sha256(text.encode()).hexdigest(),
            keep=may_be_kept(document),
        )

    def link(self, read: ReadOperation) -> CompiledOperation:
        """Do the rest, which is short: the functions. Raises OperationRefused."""
        operation = read.operation
        data, control = without_introspection(operation), self.limits.demand
        return CompiledOperation(
            operation=operation,
            introspection=read.introspection,
            coerce=variable_coercion(
                read.inputs,
                self.schema,
                most_values=self.limits.values,
                hide_suggestions=self.hide_suggestions,
            ),
            literal_types=read.literal_types,
            cost=cost_formula(data, self.schema, self.limits),
            demand=demand_formula(data, self.schema, self.costs, control) if control else 0,
            measure=read.measure,
            hash=read.hash,
            keep=read.keep,
        )


def may_be_kept(document: DocumentNode) -> bool:
    """Tell whether no secret can stand in the text: no string literal beside a mutation."""
    if not any(
        isinstance(d, OperationDefinitionNode) and d.operation is OperationType.MUTATION
        for d in document.definitions
    ):
        return True
    finder = _StringFinder()
    visit(document, finder)
    return not finder.found


class _StringFinder(Visitor):
    found = False

    def enter_string_value(self, _node: StringValueNode, *_args: object) -> object:
        self.found = True
        return BREAK
