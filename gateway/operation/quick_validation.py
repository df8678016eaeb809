"""Valid at a glance: documents of which one walk tells that no rule can have anything to say.

graphql-core asks twenty rules of each node, and keeps a stack of types for them: that is a fifth of
what a small new document costs, and mostly there is nothing to find. Here one walk looks each field
up in what is known of its type. Whatever is not plainly right (or right in a way that takes longer
to see) is left to the rules, which tell what is wrong: this one says yes, or nothing.

Not at a glance: several operations, introspection, directives but @skip and @include, fields of one
key that have arguments, variables inside lists and objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn
from weakref import WeakKeyDictionary

import msgspec
from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLBoolean,
    GraphQLField,
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_input_type,
    is_required_argument,
    type_from_ast,
    validate_input_literal,
)
from graphql.validation.rules.variables_in_allowed_position import allowed_variable_usage

from gateway.operation.quick_parser import MOST_NESTED
from gateway.operation.schema_types import schema_types
from gateway.operation.skip_include import SKIP_AND_INCLUDE


class _KnownArgument(msgspec.Struct, frozen=True, eq=False):
    """``text``: its type, printed."""

    type: Any
    text: str


class _KnownField(msgspec.Struct, frozen=True, eq=False):
    """``text``: its type, printed; ``below``: the name of that if it is composite."""

    text: str
    below: str | None
    arguments: Mapping[str, _KnownArgument]
    required: frozenset[str]


class _KnownType(msgspec.Struct, frozen=True, eq=False):
    """A composite type."""

    fields: Mapping[str, _KnownField]
    possible: frozenset[str]


class _Variable(msgspec.Struct, frozen=True, eq=False):
    """``text``: its type, printed."""

    text: str
    type: Any
    default: ValueNode | None


class _Selected(msgspec.Struct, eq=False):
    """What stands under one response key, and under the keys below it."""

    node: FieldNode
    field: _KnownField
    below: dict[str, _Selected]


Keys = dict[str, _Selected]
_LEAST_STEPS = 200
"""No document has more selections than half its characters; where fragments multiply them it is
left to the rules, which look at each once."""
_TYPENAME = _KnownField("String!", None, {}, frozenset())
_IF = _KnownArgument(GraphQLNonNull(GraphQLBoolean), "Boolean!")


class QuickValidation:
    """Tells of documents whether they are plainly valid in one schema.

    It is remembered as long as the schema is there, so it must not hold it itself.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self._type_map = schema.type_map
        self._possible = schema_types(schema).possible
        self._types: dict[str, _KnownType] = {}

    def accepts(self, document: DocumentNode, text: str, schema: GraphQLSchema) -> bool:
        """Whether no rule of ``validation_rules`` finds anything; False: the rules have to tell."""
        operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }
        if len(operations) != 1 or len(fragments) + 1 != len(document.definitions):
            return False
        try:
            steps = max(_LEAST_STEPS, len(text) // 2)
            _Walk(schema, self, fragments, steps).operation(operations[0])
        except (_NotAtAGlance, RecursionError):
            return False
        return True

    def type(self, name: str) -> _KnownType:
        """What is known of a composite type."""
        known = self._types.get(name)
        if known is None:
            type_ = self._type_map.get(name)
            if type_ is None or not is_composite_type(type_):
                _give_up()
            fields = {n: _known(field) for n, field in getattr(type_, "fields", {}).items()}
            fields["__typename"] = _TYPENAME
            known = self._types[name] = _KnownType(fields, self._possible[name])
        return known


def _known(field: GraphQLField) -> _KnownField:
    named = get_named_type(field.type)
    return _KnownField(
        str(field.type),
        named.name if is_composite_type(named) else None,
        {name: _KnownArgument(each.type, str(each.type)) for name, each in field.args.items()},
        frozenset(name for name, each in field.args.items() if is_required_argument(each)),
    )


_KNOWN: WeakKeyDictionary[GraphQLSchema, QuickValidation] = WeakKeyDictionary()


def is_plainly_valid(document: DocumentNode, text: str, schema: GraphQLSchema) -> bool:
    """Whether ``document``, which ``text`` is, breaks no rule, as far as a glance tells."""
    validation = _KNOWN.get(schema)
    if validation is None:
        validation = _KNOWN[schema] = QuickValidation(schema)
    return validation.accepts(document, text, schema)


class _NotAtAGlance(Exception):
    """The rules have to tell."""


def _give_up() -> NoReturn:
    raise _NotAtAGlance


class _Walk:
    """The walk over one document, which goes into a fragment wherever it is spread."""

    def __init__(
        self,
        schema: GraphQLSchema,
        known: QuickValidation,
        fragments: Mapping[str, FragmentDefinitionNode],
        steps: int,
    ) -> None:
        """``steps``: how many selections are looked at, at most."""
        self.schema = schema
        self.known = known
        self.steps = steps
        self.nested = 0
        self.fragments = fragments
        self.spread: set[str] = set()
        self.open: set[str] = set()
        self.variables: dict[str, _Variable] = {}
        self.used: set[str] = set()

    def operation(self, node: OperationDefinitionNode) -> None:
        """Raise _NotAtAGlance unless all of it is plainly right."""
        root = self.schema.get_root_type(node.operation)
        if root is None or node.directives or node.operation is OperationType.SUBSCRIPTION:
            _give_up()
        for definition in node.variable_definitions or ():
            if definition.directives:
                _give_up()
            self.define(definition)
        self.selections(node.selection_set, self.known.type(root.name), {})
        if len(self.spread) < len(self.fragments) or len(self.used) < len(self.variables):
            _give_up()  # some are not used

    def define(self, node: VariableDefinitionNode) -> None:
        """A variable of a type that inputs can have, and a default that is of it."""
        name = node.variable.name.value
        type_ = type_from_ast(self.schema, node.type)
        if name in self.variables or not is_input_type(type_):
            _give_up()
        if node.default_value is not None:
            _check_literal(node.default_value, type_)
        self.variables[name] = _Variable(str(type_), type_, node.default_value)

    def selections(self, node: SelectionSetNode, type_: _KnownType, keys: Keys) -> None:
        """A selection set on a type. ``keys``: what stands beside it, from whatever fragments."""
        self.steps -= len(node.selections)
        self.nested += 1  # through fragments, too, of which none need be deep alone
        if self.steps < 0 or self.nested > MOST_NESTED:
            _give_up()
        for selection in node.selections:
            if selection.directives:
                self.directives(selection.directives)
            if isinstance(selection, FieldNode):
                self.field(selection, type_, keys)
            elif isinstance(selection, InlineFragmentNode):
                self.fragment(selection, type_, keys)
            elif isinstance(selection, FragmentSpreadNode):
                self.named_fragment(selection.name.value, type_, keys)
        self.nested -= 1

    def field(self, node: FieldNode, type_: _KnownType, keys: Keys) -> None:
        """A field, which is what stands under its key already, or new there."""
        field = type_.fields.get(node.name.value)
        if field is None:
            _give_up()
        key = (node.alias or node.name).value
        other = keys.get(key)
        if other is None:
            other = keys[key] = _Selected(node, field, {})
        elif not _is_plainly_same(other, node, field):
            _give_up()
        if node.arguments or field.required:
            self.arguments(node.arguments or (), field)
        if node.selection_set is None:
            if field.below is not None:
                _give_up()
        elif field.below is None:
            _give_up()
        else:
            self.selections(node.selection_set, self.known.type(field.below), other.below)

    def fragment(
        self, node: InlineFragmentNode | FragmentDefinitionNode, type_: _KnownType, keys: Keys
    ) -> None:
        """A fragment of a type that objects of ``type_`` can be of."""
        inner = type_
        if node.type_condition is not None:
            inner = self.known.type(node.type_condition.name.value)
            if inner.possible.isdisjoint(type_.possible):
                _give_up()
        self.selections(node.selection_set, inner, keys)

    def named_fragment(self, name: str, type_: _KnownType, keys: Keys) -> None:
        definition = self.fragments.get(name)
        if definition is None or definition.directives or name in self.open:
            _give_up()
        self.spread.add(name)
        self.open.add(name)
        self.fragment(definition, type_, keys)
        self.open.discard(name)

    def directives(self, nodes: Iterable[DirectiveNode]) -> None:
        """@skip and @include, each once, of a Boolean."""
        seen: set[str] = set()
        for node in nodes:
            name = node.name.value
            if name not in SKIP_AND_INCLUDE or name in seen or len(node.arguments or ()) != 1:
                _give_up()
            seen.add(name)
            [argument] = node.arguments or ()
            if argument.name.value != "if":
                _give_up()
            if isinstance(argument.value, VariableNode):
                self.variable(argument.value, _IF)
            elif not isinstance(argument.value, BooleanValueNode):
                _give_up()

    def arguments(self, nodes: Iterable[ArgumentNode], field: _KnownField) -> None:
        """Arguments that the field has, each once, and all that it needs."""
        given: set[str] = set()
        for node in nodes:
            name = node.name.value
            argument = field.arguments.get(name)
            if argument is None or name in given:
                _give_up()
            given.add(name)
            if isinstance(node.value, VariableNode):
                self.variable(node.value, argument)
            else:
                _check_literal(node.value, argument.type)
        if not field.required <= given:
            _give_up()

    def variable(self, node: VariableNode, wanted: _KnownArgument) -> None:
        """A variable that may stand where an argument is ``wanted``; mostly it is of just its type.

        That a default of the argument's lets a variable be null is left to the rule.
        """
        name = node.name.value
        variable = self.variables.get(name)
        if variable is None:
            _give_up()
        if variable.text != wanted.text and not allowed_variable_usage(
            self.schema, variable.type, variable.default, wanted.type, Undefined
        ):
            _give_up()
        self.used.add(name)


def _is_plainly_same(other: _Selected, node: FieldNode, field: _KnownField) -> bool:
    """Whether two fields of one key are one, whatever the types are that have them.

    They are compared as if all of them could stand on one object, though those of different types
    need not be the same.
    """
    return (
        other.node.name.value == node.name.value
        and other.field.text == field.text
        and not other.node.arguments
        and not node.arguments
    )


def _check_literal(node: ValueNode, type_: GraphQLInputType) -> None:
    _check_inside(node)
    validate_input_literal(node, type_, _fault)


def _fault(*_error: object) -> None:
    raise _NotAtAGlance


def _check_inside(node: ValueNode) -> None:
    """No variables, and no name twice."""
    if isinstance(node, VariableNode):
        _give_up()
    if isinstance(node, ListValueNode):
        for item in node.values:
            _check_inside(item)
    elif isinstance(node, ObjectValueNode):
        if len({field.name.value for field in node.fields}) < len(node.fields):
            _give_up()
        for field in node.fields:
            _check_inside(field.value)
